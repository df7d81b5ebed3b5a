from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "chatbot_project"
    verbose_name = "Infrachat"

    def ready(self) -> None:
        from chatbot_project import checks  # noqa: F401  (registers the system checks)
