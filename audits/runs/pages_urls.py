"""Pages of audits; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.runs import acts, lists, starting, views

urlpatterns = [
    path("audits", lists.listing, name="list"),
    path("audits/of/<uuid:version_id>", lists.of_system, name="of_system"),
    path("audits/of/<uuid:version_id>/new", starting.start, name="start"),
    path("audits/<uuid:run_id>", views.page, name="page"),
    path("audits/<uuid:run_id>/cancel", acts.cancel, name="cancel"),
    path("audits/<uuid:run_id>/retry", acts.retry, name="retry"),
    path("audits/<uuid:run_id>/reproduce", acts.reproduce, name="reproduce"),
    path("audits/<uuid:run_id>/progress", views.progress, name="progress"),
    path("audits/<uuid:run_id>/items", views.items, name="items"),
]
