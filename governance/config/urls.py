"""Every door of the service; the wings are named as strings."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from governance.config.health import alive, progress, ready
from governance.config.metrics import metrics

urlpatterns = [
    path("healthz", alive, name="alive"),
    path("healthz/progress", progress, name="progress"),
    path("readyz", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("api/openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="api_docs"),
    path("", include("audits.urls")),
    path("", include("lineage.urls")),
    path("", include("governance.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
