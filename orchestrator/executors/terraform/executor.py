"""The executor of jobs of kind apply, destroy and drift."""

from collections.abc import Callable

from orchestrator.executors.artefacts import ArtefactStore, S3ArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, PlanOutcome, Reconciled, Started, StoreAccess

from . import applying, attaching, planning
from .reconciling.reconcile import reconcile
from .workspace import Tools, disk_in_words


class TerraformExecutor:
    """Plans and applies one stack with Terraform; see `orchestrator.executors.base.Executor`."""

    def __init__(
        self, tools: Tools | None = None, artefacts: Callable[[StoreAccess], ArtefactStore] = S3ArtefactStore
    ) -> None:
        self._tools = tools
        self._artefacts = artefacts

    def plan(self, context: Context) -> PlanOutcome:
        with disk_in_words():
            return planning.plan(context, self._settings, self._artefacts(context.store))

    def verify(self, context: Context, plan_hash: str) -> None:
        applying.verify(context, plan_hash, self._settings, self._artefacts(context.store))

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        return applying.apply(context, plan_hash, self._settings, self._artefacts(context.store))

    def attach(self, context: Context, started: Started) -> ApplyOutcome:
        return attaching.attach(context, started, self._settings, self._artefacts(context.store))

    def reconcile(self, context: Context, started: Started, plan_hash: str) -> Reconciled:
        return reconcile(context, started, plan_hash, self._settings, self._artefacts(context.store))

    @property
    def _settings(self) -> Tools:
        return self._tools or Tools.from_environment()
