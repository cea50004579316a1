"""Doors of allowed destinations."""

from django.urls import path

from governance.access import destinations_api as api

app_name = "destinations"
urlpatterns = [
    path("api/v1/destinations", api.Destinations.as_view(), name="list"),
    path("api/v1/destinations/<uuid:destination_id>", api.OneDestination.as_view(), name="one"),
    path("api/v1/destinations/<uuid:destination_id>/approve", api.Approve.as_view(), name="approve"),
    path("api/v1/destinations/<uuid:destination_id>/refuse", api.Refuse.as_view(), name="refuse"),
    path("api/v1/destinations/<uuid:destination_id>/withdraw", api.Withdraw.as_view(), name="withdraw"),
]
