"""Doors of classification."""

from django.urls import path

from governance.classification import api

app_name = "classification"
urlpatterns = [
    path("api/v1/classification/questions", api.Questions.as_view(), name="questions"),
    path("api/v1/classification/outcome", api.Outcomes.as_view(), name="outcome"),
    path("api/v1/assets/<uuid:asset_id>/classification", api.OneClassification.as_view(), name="classification"),
    path("api/v1/assets/<uuid:asset_id>/classification/confirmation", api.Confirmation.as_view(), name="confirmation"),
]
