"""Doors of monitoring."""

from django.urls import path

from governance.monitoring import api

app_name = "monitoring"
urlpatterns = [
    path("api/v1/monitoring-plans", api.Plans.as_view(), name="plans"),
    path("api/v1/monitoring-plans/<uuid:plan_id>", api.OnePlan.as_view(), name="plan"),
]
