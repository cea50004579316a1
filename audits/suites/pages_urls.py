"""Pages of suites; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.suites import views

urlpatterns = [
    path("suites", views.listing, name="suite_list"),
    path("suites/<uuid:suite_id>", views.page, name="suite_page"),
    path("suites/<uuid:suite_id>/run", views.start, name="suite_start"),
]
