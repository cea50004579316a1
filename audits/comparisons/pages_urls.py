"""Pages of comparisons; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.comparisons import views

urlpatterns = [
    path("comparisons", views.listing, name="comparison_list"),
    path("comparisons/<uuid:comparison_id>", views.page, name="comparison_page"),
    path("audits/<uuid:run_id>/compare", views.compare, name="compare"),
]
