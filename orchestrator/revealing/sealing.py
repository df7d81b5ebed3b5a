"""Sealing a value so that the holder of one private key alone can open it.

ECDH on P-256 with a key made for this one box, HKDF-SHA256, AES-256-GCM. Keys travel as uncompressed points (65 bytes);
keys, nonce and ciphertext as base64url without padding. docs/reference/rest.md says how a client opens a box.
"""

import base64
import binascii
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PURPOSE = b"infrachat sealed output 1"
_CURVE = ec.SECP256R1()
_KEY_BYTES, _NONCE_BYTES = 32, 12
_LONGEST_KEY = 200
# JSON may end in spaces: the box tells nobody how long a password is.
_PADDED_TO = 256


def key_check(public_key: str) -> None:
    """Raises ValueError, with a sentence, unless it is a public key that something can be sealed to."""
    _point(public_key)


def seal(value: Any, *, public_key: str, request_id: str, output: str) -> dict[str, str]:
    """A box with the JSON of `value`: `key` (the sender's half), `nonce`, `ciphertext`. It opens only as the answer to
    this request about this output. Raises ValueError for a public key that is none."""
    theirs = _point(public_key)
    ours = ec.generate_private_key(_CURVE)
    half = _bytes_of(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=PURPOSE + half + _bytes_of(theirs)).derive(shared)
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, _padded(value), bound(request_id, output))
    return {"key": _text(half), "nonce": _text(nonce), "ciphertext": _text(sealed)}


def bound(request_id: str, output: str) -> bytes:
    """What a box belongs to: it opens with nothing else."""
    return f"{request_id}\n{output}".encode()


def _padded(value: Any) -> bytes:
    plain = json.dumps(value, ensure_ascii=False).encode()
    return plain + b" " * (-len(plain) % _PADDED_TO)


def _point(public_key: str) -> ec.EllipticCurvePublicKey:
    sentence = "public_key is a P-256 public key: its uncompressed point (65 bytes) as base64url."
    if len(public_key) > _LONGEST_KEY:
        raise ValueError(sentence)
    try:
        raw = base64.b64decode(public_key + "=" * (-len(public_key) % 4), altchars=b"-_", validate=True)
        if raw[:1] != b"\x04":
            raise ValueError(sentence)
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)
    except (binascii.Error, ValueError):
        raise ValueError(sentence) from None


def _bytes_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
