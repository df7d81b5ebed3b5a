from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "chatbot_project.accounts"
    label = "accounts"
    verbose_name = "People and roles"

    def ready(self) -> None:
        from . import sessions

        sessions.connect()
