"""Doors of notices."""

from django.urls import path

from governance.notices import api

app_name = "notices"
urlpatterns = [
    path("api/v1/notices/endpoints", api.Endpoints.as_view(), name="endpoints"),
    path("api/v1/notices/endpoints/<uuid:endpoint_id>", api.OneEndpoint.as_view(), name="endpoint"),
    path("api/v1/notices/endpoints/<uuid:endpoint_id>/rotate", api.Rotate.as_view(), name="rotate"),
    path("api/v1/notices/endpoints/<uuid:endpoint_id>/enable", api.Enable.as_view(), name="enable"),
    path("api/v1/notices/endpoints/<uuid:endpoint_id>/disable", api.Disable.as_view(), name="disable"),
    path("api/v1/notices/endpoints/<uuid:endpoint_id>/test", api.Test.as_view(), name="test"),
    path("api/v1/notices/deliveries", api.Deliveries.as_view(), name="deliveries"),
    path("api/v1/notices/deliveries/<uuid:delivery_id>", api.OneDelivery.as_view(), name="delivery"),
    path("api/v1/notices/deliveries/<uuid:delivery_id>/redeliver", api.Redeliver.as_view(), name="redeliver"),
]
