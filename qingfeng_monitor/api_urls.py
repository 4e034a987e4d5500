"""The REST API. Each app's api.py brings `router_entries` (prefix, view set, base name)
and, for views that are no view sets, `urlpatterns`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.urls import path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from qingfeng_monitor.urls import APPS


class KeptSchema(SchemaGenerator):
    """The same for everybody and as long as the process lives, so it is composed once."""

    def get_schema(self, request=None, public=False):
        return _composed(get_language())


@cache
def _composed(language: str) -> dict:
    return SchemaGenerator().get_schema(public=True)


router = SimpleRouter()
schema = SpectacularAPIView.as_view(generator_class=KeptSchema)
urlpatterns = [path("schema/", schema, name="api_schema")]

for app in APPS:
    if find_spec(f"{app}.api"):
        api = import_module(f"{app}.api")
        for prefix, viewset, basename in getattr(api, "router_entries", ()):
            router.register(prefix, viewset, basename=basename)
        urlpatterns += getattr(api, "urlpatterns", [])

urlpatterns += router.urls
