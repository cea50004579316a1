"""Pages of reviews; `audits.urls` includes them, so that they are in its namespace."""

from django.urls import path

from audits.review import acts, beside, label_pages, views

urlpatterns = [
    path("reviews", views.listing, name="review_list"),
    path("audits/<uuid:run_id>/review", acts.start, name="review_start"),
    path("audits/<uuid:run_id>/calibrations", beside.of_run, name="review_of_run"),
    path("reviews/<uuid:review_id>", views.page, name="review_page"),
    path("reviews/<uuid:review_id>/label", label_pages.label, name="review_label"),
    path("reviews/<uuid:review_id>/settle", label_pages.settle, name="review_settle"),
    path("reviews/<uuid:review_id>/finish", acts.finish, name="review_finish"),
    path("reviews/<uuid:review_id>/continue", acts.go_on, name="review_continue"),
    path("reviews/<uuid:review_id>/compare", beside.compare, name="review_compare"),
]
