"""A stack's secret output in a terminal, sealed to a key that is made for it: docs/reference/rest.md says how."""

import asyncio
import base64
import json
from typing import Any

import httpx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .addresses import Addresses
from .frames import ChatError, Data, Refused, Unreachable

_PURPOSE = b"infrachat sealed output 1"
_CURVE = ec.SECP256R1()
_EVERY_SECONDS = 0.5


async def secret_shown(addresses: Addresses, token: str, *, stack_id: str, output: str) -> Any:
    """The value. Raises Refused, Unreachable, ChatError with a sentence."""
    private = ec.generate_private_key(_CURVE)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    async with httpx.AsyncClient(timeout=15, headers={"Authorization": f"Token {token}"}) as http:
        wanted = {"output": output, "public_key": base64.urlsafe_b64encode(point).decode().rstrip("=")}
        found = await _post(http, addresses.api(f"stacks/{stack_id}/secret-outputs/"), wanted)
        while found["state"] == "waiting":
            await asyncio.sleep(_EVERY_SECONDS)
            found = await _post(http, addresses.api(f"secret-outputs/{found['id']}/take/"))
    if found["state"] != "sealed":
        raise ChatError(str(found["problem"]))
    try:
        return _opened(found, output, private, point)
    except (InvalidTag, ValueError):
        raise ChatError("The answer could not be opened: it is none to this question. Ask again.") from None


async def _post(http: httpx.AsyncClient, address: str, body: Data | None = None) -> Data:
    try:
        response = await http.post(address, json=body or {})
        answer: Any = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unreachable(f"No answer from {address} ({error}). Try again in a moment.") from error
    if not response.is_success or not isinstance(answer, dict):
        raise Refused(answer if isinstance(answer, dict) else {"status": response.status_code})
    return answer


def _opened(found: Data, output: str, private: ec.EllipticCurvePrivateKey, point: bytes) -> Any:
    half, nonce, ciphertext = (base64.urlsafe_b64decode(found["box"][name] + "==") for name in _PARTS)
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, half))
    key = HKDF(SHA256(), 32, salt=None, info=_PURPOSE + half + point).derive(shared)
    return json.loads(AESGCM(key).decrypt(nonce, ciphertext, f"{found['id']}\n{output}".encode()))


_PARTS = ("key", "nonce", "ciphertext")
