"""TLS: the certificate must be for the name, though the connection goes to the address."""

import datetime
import ssl
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chatbot_project.safe_http import HttpCallError, Policy, Request, Response, send
from tests.servers.http import ScriptedServer, answer, scripted_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signed by itself, for erp.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "erp.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("erp.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def _context(certificate: Path, asked: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda stream, name, inner: asked.append(name)
    return context


def _call(server: ScriptedServer, name: str, trusted: Path | None) -> Response:
    context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    policy = Policy(internal=frozenset({f"{name}:{server.port}"}), ssl_context=context)
    request = Request("POST", f"https://{name}:{server.port}/", {"X-Key": "secret"})
    return send(request, policy=policy, resolver=lambda name, port: [str(IPv4Address("127.0.0.1"))])


def test_the_name_is_asked_for_and_verified(certificate: Path) -> None:
    asked: list[str | None] = []
    with scripted_server(answer(200, b"ok"), context=_context(certificate, asked)) as server:
        assert _call(server, "erp.example", certificate).body == b"ok"
    assert asked == ["erp.example"]


@pytest.mark.parametrize(("name", "trusted"), [("other.example", True), ("erp.example", False)])
def test_another_name_or_an_unknown_signer_gets_nothing(certificate: Path, name: str, trusted: bool) -> None:
    with scripted_server(answer(), context=_context(certificate, [])) as server:
        with pytest.raises(HttpCallError) as refused:
            _call(server, name, certificate if trusted else None)
        assert "certificate" in refused.value.detail
        assert (refused.value.code, refused.value.sent) == ("unreachable", False)
        assert server.asked == []
