"""State and cloud may have different keys: each sees its own, and the store's never reach the environment."""

import dataclasses
import http.client
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terraform.running import Site, module_of

pytestmark = pytest.mark.terraform

CLOUD_KEYS = {"AWS_ACCESS_KEY_ID": "CLOUDKEY", "AWS_SECRET_ACCESS_KEY": "cloud-secret-of-some-length"}
STORE_KEYS = {"AWS_ACCESS_KEY_ID": "STOREKEY", "AWS_SECRET_ACCESS_KEY": "store-secret-of-some-length"}


class Recorder(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the emulator and remembers whose key signed them."""

    protocol_version = "HTTP/1.1"
    upstream: str
    signed_by: set[str]

    def _pass_on(self) -> None:
        found = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        self.signed_by.add(found[1] if found else "nobody")
        body = b"".join(self._body())
        left_out = {"host", "transfer-encoding", "content-length"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
        upstream = http.client.HTTPConnection(self.upstream.removeprefix("http://"), timeout=30)
        upstream.request(self.command, self.path, body or None, headers)
        answer = upstream.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length", "server", "date"}:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        upstream.close()

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def store_door(cloud_endpoint: str) -> Iterator[tuple[str, set[str]]]:
    handler = type("Door", (Recorder,), {"upstream": cloud_endpoint, "signed_by": set()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.signed_by
        server.shutdown()


def test_the_state_is_kept_with_the_stores_own_keys(
    site: Site, tmp_path: Path, store_door: tuple[str, set[str]]
) -> None:
    endpoint, signed_by = store_door
    job = site.job(module_of(tmp_path / "module", 'resource "terraform_data" "this" {}\n'), {})
    job.changed(
        cloud=dataclasses.replace(job.context.cloud, secrets=CLOUD_KEYS),
        store=dataclasses.replace(site.store, endpoint_url=endpoint, secrets=STORE_KEYS),
    )

    plan_hash = job.plan().plan_hash
    # The saved plan remembers its backend; it has to work in another directory as well.
    elsewhere = job.context.run_dir.with_name("elsewhere")
    shutil.rmtree(job.context.run_dir)
    job.changed(run_dir=elsewhere)
    assert job.apply(plan_hash).status == "succeeded"

    assert signed_by == {"STOREKEY"}
    assert not (elsewhere / "store-credentials").exists()
    kept = b"".join(path.read_bytes() for path in elsewhere.rglob("*") if path.is_file())
    assert b"store-secret" not in kept
