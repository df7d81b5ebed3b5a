"""A version must answer before it may answer for a bot: what is damaged in a way that no digest shows is found here."""

from .encoding import current_encoder
from .errors import ArtefactDamaged, NluError
from .model import Model
from .pipeline import Pipeline

_SENTENCES = ("create 2 things called acme-1 in the test environment, please", "")
_PHRASES = 5


def prove(model: Model) -> Pipeline:
    """The model at work, after it has understood a few sentences. Raises ArtefactDamaged, EncoderMissing."""
    try:
        pipeline = Pipeline(model, current_encoder() if model.encoder_id else None)
        for text in (*model.examples.phrases[:_PHRASES], *_SENTENCES):
            confidence = pipeline.understand(text).confidence
            if not 0.0 <= confidence <= 1.0:
                raise ArtefactDamaged(f"The stored model answers with the confidence {confidence}; train again.")
    except NluError:
        raise
    except Exception as error:
        raise ArtefactDamaged(f"The stored model cannot answer ({error}); train again.") from error
    return pipeline
