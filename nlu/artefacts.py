"""A model as bytes and back: an npz archive of plain arrays with a JSON document among them. Nothing is unpickled."""

import hashlib
import io
import json
import math
import zipfile
from typing import Any

import numpy as np

from .classifier import (
    Confidence,
    EncodedExamples,
    EncodedHead,
    Examples,
    Heads,
    LinearClassifier,
    TermExamples,
)
from .codebook import Codebook, codebook_of
from .encoder.files import HIDDEN
from .encoder.runtime import SIZE, TOKEN_SIZE
from .errors import ArtefactDamaged
from .features import Block, Features, Tfidf
from .model import ENGINE_VERSION, Model, data_as_json, data_digest, data_from_json
from .tagging.tagger import Tagger, TokenHead

_FORMAT = "infrachat-nlu"
_MOST_PARTS, _MOST_BYTES = 64, 2 * 1024**3
_TAGGER_ARRAYS = ("starts", "owners", "values", "transitions")


def dump(model: Model) -> bytes:
    document = {
        "format": _FORMAT,
        "engine": ENGINE_VERSION,
        "trained_at": model.trained_at,
        "threshold": model.threshold,
        "closeness": model.closeness,
        "metrics": model.metrics,
        "data": data_as_json(model.data),
        "data_digest": data_digest(model.data, model.encoder_id),
        "blocks": [tfidf.block._asdict() for tfidf in model.features.blocks],
        "terms": [list(tfidf.vocabulary) for tfidf in model.features.blocks],
        "subject_words": sorted(model.features.subject_words),
        "subject_pieces": sorted(model.features.subject_pieces),
        "classes": model.heads.classes,
        "encoder": model.encoder_id,
        "fusion": model.heads.encoded.fusion if model.heads.encoded else 0.0,
        "values": model.heads.values,
        "phrases": model.examples.phrases,
        "ranges": model.examples.ranges,
        "intercept": model.confidence.intercept,
        "negated_intents": sorted(model.negated_intents),
    }
    arrays: dict[str, Any] = {
        "weights": model.heads.words.weights,
        "bias": model.heads.words.bias,
        "coefficients": model.confidence.coefficients,
        **{f"idf_{at}": tfidf.idf for at, tfidf in enumerate(model.features.blocks)},
    }
    document["tagger"], tagger_arrays = _tagger_parts(model.tagger)
    arrays["document"] = np.frombuffer(json.dumps(document, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays |= tagger_arrays
    if model.codebook is not None:
        arrays["codebook"] = model.codebook.centres.T
    arrays |= _head_arrays(model.heads.encoded) | _example_arrays(model.examples)
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return target.getvalue()


def load(content: bytes) -> Model:
    """Raises ArtefactDamaged when the content is no model, or one of another version of the engine."""
    try:
        _require_modest(content)
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        _require_numbers(arrays)
        document = json.loads(arrays["document"].tobytes())
        if document.get("format") != _FORMAT or document.get("engine") != ENGINE_VERSION:
            raise ArtefactDamaged(
                f"The model was made by engine {document.get('engine')}, this is engine {ENGINE_VERSION}; train again."
            )
        return _model(document, arrays)
    except ArtefactDamaged:
        raise
    except Exception as error:  # who made it up may have thought of any
        raise ArtefactDamaged(f"The stored model cannot be read ({str(error)[:200]}); train again.") from error


def digest(content: bytes) -> str:
    """SHA-256 of an artefact, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _require_modest(content: bytes) -> None:
    """Before anything is unpacked: a small file may claim to hold very much."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(each.file_size for each in parts) > _MOST_BYTES:
        raise ArtefactDamaged("The stored model is larger than any that is made here; train again.")


def _require_numbers(arrays: dict[str, Any]) -> None:
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or (array.dtype.kind == "f" and not np.isfinite(array).all()):
            raise ValueError(f"its {name} are no numbers")


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number")
    return number


def _model(document: dict[str, Any], arrays: dict[str, Any]) -> Model:
    blocks = tuple(
        Tfidf(Block(**block), {term: at for at, term in enumerate(terms)}, arrays[f"idf_{number}"])
        for number, (block, terms) in enumerate(zip(document["blocks"], document["terms"], strict=True))
    )
    features = Features(blocks, frozenset(document["subject_words"]), frozenset(document["subject_pieces"]))
    words = LinearClassifier(tuple(document["classes"]), arrays["weights"], arrays["bias"])
    if words.weights.shape != (features.size, len(words.classes)):
        raise ValueError("its weights do not fit its vocabulary")
    codebook = _codebook(arrays)
    if features.uses_codes and codebook is None:
        raise ValueError("its vocabulary has groups, but it has no codebook")
    tagger = _tagger(document["tagger"], arrays, codebook)
    if features.uses_frames and tagger is None:
        raise ValueError("its vocabulary has marks for values, but it has no tagger")
    return Model(
        data=data_from_json(document["data"]),
        features=features,
        heads=Heads(words, _encoded_head(document, arrays), _finite(document["values"])),
        examples=_examples(document, arrays, features.size),
        confidence=Confidence(arrays["coefficients"], _finite(document["intercept"])),
        threshold=_finite(document["threshold"]),
        closeness=_finite(document.get("closeness", 1.0)),
        trained_at=document["trained_at"],
        metrics=document["metrics"],
        tagger=tagger,
        codebook=codebook,
        negated_intents=frozenset(document["negated_intents"]),
    )


def _codebook(arrays: dict[str, Any]) -> Codebook | None:
    if "codebook" not in arrays:
        return None
    centres = arrays["codebook"].astype(np.float32)
    if centres.ndim != 2 or not len(centres) or centres.shape[1] != HIDDEN:
        raise ValueError("its codebook does not fit its encoder")
    return codebook_of(centres)


def _tagger_parts(tagger: Tagger | None) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Its part of the document and its arrays."""
    if tagger is None:
        return None, {}
    document = {
        "labels": tagger.labels,
        "attributes": list(tagger.attributes),
        "carriers": sorted(tagger.carriers),
    }
    arrays = {f"tagger_{name}": getattr(tagger, name) for name in _TAGGER_ARRAYS}
    if tagger.head is not None:
        arrays |= {"token_weights": tagger.head.weights, "token_bias": tagger.head.bias}
    return {**document, "head": tagger.head.weight if tagger.head else None}, arrays


def _tagger(document: dict[str, Any] | None, arrays: dict[str, Any], codebook: Codebook | None) -> Tagger | None:
    if document is None:
        return None
    count = len(document["labels"])
    head = None
    if document["head"] is not None:
        head = TokenHead(arrays["token_weights"], arrays["token_bias"], float(document["head"]))
        if head.weights.shape != (TOKEN_SIZE, count):
            raise ValueError("its tagger does not fit its encoder")
    parts = {name: arrays[f"tagger_{name}"] for name in _TAGGER_ARRAYS}
    if parts["transitions"].shape != (count, count) or len(parts["starts"]) != len(document["attributes"]) + 1:
        raise ValueError("the parts of its tagger do not fit one another")
    attributes = {attribute: at for at, attribute in enumerate(document["attributes"])}
    labels, carriers = tuple(document["labels"]), frozenset(map(str, document["carriers"]))
    return Tagger(labels=labels, attributes=attributes, carriers=carriers, head=head, codebook=codebook, **parts)


def _head_arrays(encoded: EncodedHead | None) -> dict[str, Any]:
    if encoded is None:
        return {}
    return {"encoded_weights": encoded.weights, "encoded_bias": encoded.bias, "centroids": encoded.centroids}


def _encoded_head(document: dict[str, Any], arrays: dict[str, Any]) -> EncodedHead | None:
    if document["encoder"] is None:
        return None
    head = EncodedHead(
        document["encoder"],
        arrays["encoded_weights"],
        arrays["encoded_bias"],
        arrays["centroids"],
        _finite(document["fusion"]),
    )
    count = len(document["classes"])
    if head.weights.shape != (SIZE, count) or head.centroids.shape != (HIDDEN, count) or head.bias.shape != (count,):
        raise ValueError("its weights do not fit its encoder")
    return head


def _example_arrays(examples: Examples) -> dict[str, Any]:
    if isinstance(examples, EncodedExamples):
        return {"example_vectors": examples.vectors.astype(np.float16)}
    assert isinstance(examples, TermExamples)  # noqa: S101 (there are two kinds)
    return {"starts": examples.starts, "indices": examples.indices.astype(np.int32), "values": examples.values}


def _examples(document: dict[str, Any], arrays: dict[str, Any], size: int) -> Examples:
    phrases = tuple(document["phrases"])
    ranges = {name: (first, last) for name, (first, last) in document["ranges"].items()}
    if "example_vectors" in arrays:
        return EncodedExamples(phrases, ranges, arrays["example_vectors"].astype(np.float32))
    indices = arrays["indices"].astype(np.int64)
    return TermExamples(phrases, ranges, size, arrays["starts"], indices, arrays["values"])
