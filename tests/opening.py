"""A client's half of sealed outputs, written from docs/reference/rest.md and with nothing of the server's code."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Opener:
    """A key pair for one request; `public_key` is what is sent."""

    def __init__(self) -> None:
        self._private = generate_private_key(SECP256R1())
        self._point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = base64.urlsafe_b64encode(self._point).decode().rstrip("=")

    def open(self, box: dict[str, str], request_id: str, output: str) -> Any:
        """Raises InvalidTag where the box is not for this key, request and output."""
        half, nonce, ciphertext = (
            base64.urlsafe_b64decode(box[name] + "==") for name in ("key", "nonce", "ciphertext")
        )
        shared = self._private.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), half))
        info = b"infrachat sealed output 1" + half + self._point
        key = HKDF(SHA256(), 32, salt=None, info=info).derive(shared)
        return json.loads(AESGCM(key).decrypt(nonce, ciphertext, f"{request_id}\n{output}".encode()))
