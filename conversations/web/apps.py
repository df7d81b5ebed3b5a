from django.apps import AppConfig


class WebConfig(AppConfig):
    """An app of its own only so that Django finds its templates and static files."""

    name = "conversations.web"
    label = "web"
    verbose_name = "Web page"

    def ready(self) -> None:
        from django.contrib import admin

        from .signin import AdminSignInForm

        admin.site.login_form = AdminSignInForm
