"""Django's own apps with keys that MongoDB has."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth.apps import AuthConfig as DjangoAuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig as DjangoContentTypesConfig

_OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"


class AdminConfig(DjangoAdminConfig):
    default_auto_field = _OBJECT_ID


class AuthConfig(DjangoAuthConfig):
    default_auto_field = _OBJECT_ID


class ContentTypesConfig(DjangoContentTypesConfig):
    default_auto_field = _OBJECT_ID
