"""Doors of access."""

from django.urls import path

from governance.access import endpoints

app_name = "access"
urlpatterns = [
    path("api/v1/me", endpoints.MeView.as_view(), name="me"),
    path("api/v1/tokens", endpoints.TokenList.as_view(), name="tokens"),
    path("api/v1/tokens/<uuid:token_id>", endpoints.TokenView.as_view(), name="token"),
    path("api/v1/trail", endpoints.TrailList.as_view(), name="trail"),
    path("problems/", endpoints.problem_pages, name="problems"),
    path("problems/<slug:slug>", endpoints.problem_pages, name="problem"),
]
