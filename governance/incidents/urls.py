"""Doors of incidents."""

from django.urls import path

from governance.incidents import api

app_name = "incidents"
urlpatterns = [
    path("api/v1/incidents", api.Incidents.as_view(), name="incidents"),
    path("api/v1/incidents/<uuid:incident_id>", api.OneIncident.as_view(), name="incident"),
    path("api/v1/incidents/<uuid:incident_id>/acts", api.Acts.as_view(), name="acts"),
    path("api/v1/incidents/<uuid:incident_id>/words/erasure", api.Words.as_view(), name="words"),
    path("api/v1/systems/<uuid:system_id>/clocks", api.ClocksOfSystem.as_view(), name="clocks"),
]
