from django.apps import AppConfig


class OrchestratorConfig(AppConfig):
    name = "orchestrator"
    verbose_name = "Orchestration"

    def ready(self) -> None:
        from .life import expiring, expiry
        from .schedules import on_schedule

        on_schedule(expiry.WARNING, expiring.expiry_warn)
        on_schedule(expiry.END, expiring.expiry_fire)
