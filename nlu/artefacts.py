"""A model as bytes and back: an npz archive of plain arrays with a JSON document among them. Nothing is unpickled."""

import hashlib
import io
import json
import zipfile
from typing import Any

import numpy as np

from .classifier import Confidence, ExampleIndex, LinearClassifier
from .errors import ArtefactDamaged
from .features import Block, Features, Tfidf
from .model import ENGINE_VERSION, Model, data_as_json, data_digest, data_from_json

_FORMAT = "infrachat-nlu"


def dump(model: Model) -> bytes:
    document = {
        "format": _FORMAT,
        "engine": ENGINE_VERSION,
        "trained_at": model.trained_at,
        "threshold": model.threshold,
        "metrics": model.metrics,
        "data": data_as_json(model.data),
        "data_digest": data_digest(model.data),
        "blocks": [tfidf.block._asdict() for tfidf in model.features.blocks],
        "terms": [list(tfidf.vocabulary) for tfidf in model.features.blocks],
        "subject_words": sorted(model.features.subject_words),
        "subject_pieces": sorted(model.features.subject_pieces),
        "classes": model.head.classes,
        "phrases": model.examples.phrases,
        "ranges": model.examples.ranges,
        "intercept": model.confidence.intercept,
        "negated_intents": sorted(model.negated_intents),
    }
    arrays: dict[str, Any] = {
        "document": np.frombuffer(json.dumps(document, ensure_ascii=False).encode(), dtype=np.uint8),
        "weights": model.head.weights,
        "bias": model.head.bias,
        "starts": model.examples.starts,
        "indices": model.examples.indices.astype(np.int32),
        "values": model.examples.values,
        "coefficients": model.confidence.coefficients,
        **{f"idf_{at}": tfidf.idf for at, tfidf in enumerate(model.features.blocks)},
    }
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return target.getvalue()


def load(content: bytes) -> Model:
    """Raises ArtefactDamaged when the content is no model, or one of another version of the engine."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        document = json.loads(arrays["document"].tobytes())
        if document.get("format") != _FORMAT or document.get("engine") != ENGINE_VERSION:
            raise ArtefactDamaged(
                f"The model was made by engine {document.get('engine')}, this is engine {ENGINE_VERSION}; train again."
            )
        return _model(document, arrays)
    except (ValueError, KeyError, TypeError, IndexError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ArtefactDamaged(f"The stored model cannot be read ({error}); train again.") from error


def digest(content: bytes) -> str:
    """SHA-256 of an artefact, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _model(document: dict[str, Any], arrays: dict[str, Any]) -> Model:
    blocks = tuple(
        Tfidf(Block(**block), {term: at for at, term in enumerate(terms)}, arrays[f"idf_{number}"])
        for number, (block, terms) in enumerate(zip(document["blocks"], document["terms"], strict=True))
    )
    features = Features(blocks, frozenset(document["subject_words"]), frozenset(document["subject_pieces"]))
    head = LinearClassifier(tuple(document["classes"]), arrays["weights"], arrays["bias"])
    if head.weights.shape != (features.size, len(head.classes)):
        raise ValueError("its weights do not fit its vocabulary")
    examples = ExampleIndex(
        phrases=tuple(document["phrases"]),
        starts=arrays["starts"],
        indices=arrays["indices"].astype(np.int64),
        values=arrays["values"],
        ranges={name: (first, last) for name, (first, last) in document["ranges"].items()},
    )
    return Model(
        data=data_from_json(document["data"]),
        features=features,
        head=head,
        examples=examples,
        confidence=Confidence(arrays["coefficients"], document["intercept"]),
        threshold=document["threshold"],
        trained_at=document["trained_at"],
        metrics=document["metrics"],
        negated_intents=frozenset(document["negated_intents"]),
    )
