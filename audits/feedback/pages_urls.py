"""Pages of feedback; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.feedback import views

urlpatterns = [path("feedback/of/<uuid:version_id>", views.of_system, name="feedback_of_system")]
