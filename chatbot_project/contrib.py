"""Others' apps as ours: with keys that MongoDB has, and under names that say to people what they hold."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth.apps import AuthConfig as DjangoAuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig as DjangoContentTypesConfig
from django.utils.translation import gettext_lazy as _

_OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"


class AdminConfig(DjangoAdminConfig):
    default_auto_field = _OBJECT_ID
    default_site = "chatbot_project.admin_site.AdminSite"


class AuthConfig(DjangoAuthConfig):
    default_auto_field = _OBJECT_ID


class ContentTypesConfig(DjangoContentTypesConfig):
    default_auto_field = _OBJECT_ID


class KnoxConfig(AppConfig):
    name = "knox"
    verbose_name = _("API tokens")
    default_auto_field = _OBJECT_ID
