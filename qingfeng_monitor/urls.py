"""Every app owns the nouns of its own urls.py; here they are only joined."""

from django.urls import include, path

from qingfeng_monitor.health import healthz

APPS = (
    "portal",
    "accounts",
    "areas",
    "audit",
    "jobs",
    "policy",
    "households",
    "workflow",
    "assistance",
    "screening",
    "ledgers",
    "supervision",
)

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("api/v1/", include("qingfeng_monitor.api_urls")),
    *(path("", include(f"{app}.urls")) for app in APPS),
]
