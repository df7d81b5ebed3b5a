"""Every way language understanding says no. `code` is stable; `retryable`: the same call may succeed later."""

from .types import TrainingError

__all__ = ["ArtefactDamaged", "ModelNotFound", "NluError", "NoModel", "TrainingError"]


class NluError(Exception):
    code = "nlu_error"
    status = 500
    retryable = False

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class NoModel(NluError):
    """The bot has not been trained, or no version of it was activated."""

    code, status, retryable = "no_model", 503, True


class ModelNotFound(NluError):
    code, status = "not_found", 404


class ArtefactDamaged(NluError):
    """A stored model is not what was stored, or was made by another version of the engine."""

    code = "artefact_damaged"
