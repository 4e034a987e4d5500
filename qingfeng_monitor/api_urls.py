"""The REST API. Each app's api.py brings `router_entries` (prefix, view set, base name)
and, for views that are no view sets, `urlpatterns`."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from qingfeng_monitor.urls import APPS

router = SimpleRouter()
urlpatterns = [path("schema/", SpectacularAPIView.as_view(), name="api_schema")]

for app in APPS:
    if find_spec(f"{app}.api"):
        api = import_module(f"{app}.api")
        for prefix, viewset, basename in getattr(api, "router_entries", ()):
            router.register(prefix, viewset, basename=basename)
        urlpatterns += getattr(api, "urlpatterns", [])

urlpatterns += router.urls
