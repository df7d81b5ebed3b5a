"""Pages: middleware, templates, static files and the headers that keep them safe."""

from pathlib import Path
from typing import Any

ROOT_URLCONF = "chatbot_project.urls"
ASGI_APPLICATION = "chatbot_project.asgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chatbot_project.static_files.StaticFilesMiddleware",
    "chatbot_project.security_headers.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chatbot_project.accounts.languages.LanguageMiddleware",
    "chatbot_project.accounts.sessions.SessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chatbot_project.error_pages.ErrorPagesMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours extend the admin's of the same name, so they must be found first.
        "DIRS": [Path(__file__).resolve().parents[2] / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).resolve().parents[3] / "staticfiles"
WHITENOISE_USE_FINDERS = True
# Pages of other sites load the widget's modules and styles.
WHITENOISE_ALLOW_ALL_ORIGINS = True
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A form upload larger than this is refused by Django before any view sees it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
