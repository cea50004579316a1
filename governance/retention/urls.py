"""Doors of retention."""

from django.urls import path

from governance.retention import api

app_name = "retention"
urlpatterns = [
    path("api/v1/holds", api.Holds.as_view(), name="holds"),
    path("api/v1/holds/<uuid:hold_id>", api.OneHold.as_view(), name="hold"),
    path("api/v1/holds/<uuid:hold_id>/release", api.Release.as_view(), name="release"),
]
