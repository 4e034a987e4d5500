"""The REST API. An app that has an api.py adds its line to the router or to urlpatterns."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from accounts.api import api_token

router = DefaultRouter()
# router.register("cases", CaseViewSet, basename="api_case")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("token/", api_token, name="api_token"),
    *router.urls,
]
