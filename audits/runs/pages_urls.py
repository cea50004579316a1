"""Pages of audits; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.runs import views

urlpatterns = [
    path("audits", views.listing, name="list"),
    path("audits/of/<uuid:version_id>", views.of_system, name="of_system"),
    path("audits/of/<uuid:version_id>/new", views.start, name="start"),
    path("audits/<uuid:run_id>", views.page, name="page"),
    path("audits/<uuid:run_id>/progress", views.progress, name="progress"),
    path("audits/<uuid:run_id>/items", views.items, name="items"),
]
