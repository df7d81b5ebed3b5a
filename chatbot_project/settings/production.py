"""Production: nothing has a default that would be unsafe; what is missing refuses to start and says so."""

from django.core.exceptions import ImproperlyConfigured

from chatbot_project.env import env, flag, required

from .base import *

DEBUG = flag("DEBUG", False)
if DEBUG:
    raise ImproperlyConfigured("DEBUG must be off with the production settings. Unset DEBUG or set DEBUG=false.")

SECRET_KEY = required("SECRET_KEY", "Set it to at least 50 random characters, the same for all processes.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Example: ALLOWED_HOSTS=chat.example.com")
required("MONGODB_URI", "Example: MONGODB_URI=mongodb://user:password@host:27017/?replicaSet=rs0")
required("REDIS_URL", "Example: REDIS_URL=rediss://:password@host:6379/0")

SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_TLS_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
