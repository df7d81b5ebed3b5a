from django.apps import AppConfig


class OrchestratorConfig(AppConfig):
    name = "orchestrator"
    verbose_name = "Orchestration"

    def ready(self) -> None:
        from . import events
        from .life import drifting, expiring, expiry
        from .schedules import on_schedule

        on_schedule(expiry.WARNING, expiring.expiry_warn)
        on_schedule(expiry.END, expiring.expiry_fire)
        on_schedule(drifting.DRIFT, drifting.drift_fire)
        events.on_transition("drift", drifting.drift_found)
        events.on_transition("drift checks", drifting.drift_follow)
