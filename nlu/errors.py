"""Every way language understanding says no. `code` is stable; `retryable`: the same call may succeed later."""

from .types import TrainingError

__all__ = [
    "ArtefactDamaged",
    "EncoderMissing",
    "EncoderNotMade",
    "ExampleRefused",
    "ImportRefused",
    "ModelNotFound",
    "NluError",
    "NoModel",
    "RunLost",
    "RunNotFound",
    "TrainingError",
    "TrainingUnderway",
    "VersionChanged",
]


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


class EncoderNotMade(NluError):
    """There is no sentence encoder, or it cannot be made of what was given."""

    code, status = "encoder_not_made", 503


class EncoderMissing(NoModel):
    """The active model was trained with a sentence encoder that this process does not have."""

    code, retryable = "encoder_missing", False


class TrainingUnderway(NluError):
    """A bot is trained once at a time; `run_id` is the run that has not ended yet."""

    code, status, retryable = "training_underway", 409, True

    def __init__(self, bot: str, run_id: str | None) -> None:
        super().__init__(f"The bot {bot} is being trained already. Train it again when that has ended.", field="bot")
        self.run_id = run_id


class RunNotFound(NluError):
    code, status = "not_found", 404


class RunLost(NluError):
    """Another worker has taken this training run over, or it has ended: nothing may be written about it here."""

    code = "run_lost"


class VersionChanged(NluError):
    """Somebody else has let another version answer in the meantime."""

    code, status, retryable = "conflict", 409, True


class ExampleRefused(NluError):
    """A phrase cannot be added; the sentence says what would be right."""

    code, status = "example_refused", 422


class ImportRefused(NluError):
    """A file cannot be imported; the sentence names it, the line, and what would be right. Nothing was changed."""

    code, status = "import_refused", 422
