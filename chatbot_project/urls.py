"""Every address of the web process."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from . import problems
from .accounts import openapi  # noqa: F401 (the description of the API finds what is imported)
from .observability import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=(AllowAny,)), name="schema"),
    path("api/v1/", include("conversations.apis.urls")),
    path("api/v1/", include("orchestrator.apis.urls")),
    path("api/v1/", include("nlu.apis.urls")),
    re_path(r"^api/", problems.api_not_found),
    path("", include("conversations.web.urls")),
]

handler404 = problems.not_found
handler500 = problems.server_error
