"""S3 over plain HTTP with an unsigned dummy signature, which emulators take."""

import http.client
import os
import re
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, unescape


class S3:
    """Path-style requests to one endpoint. Every call raises OSError when the endpoint is away."""

    def __init__(self, endpoint: str) -> None:
        self._place = urlsplit(endpoint).netloc
        key = os.environ.get("AWS_ACCESS_KEY_ID", "testing")
        scope = f"{key}/20260101/us-east-1/s3/aws4_request"
        self._authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    def get(self, path: str) -> bytes | None:
        status, body = self._call("GET", path)
        return body if status == 200 else None

    def put(self, path: str, body: bytes = b"", *, only_new: bool = False) -> bool:
        """False when `only_new` and it is there already."""
        headers = {"If-None-Match": "*"} if only_new else {}
        status, answer = self._call("PUT", path, body, headers)
        # The emulator says 403 where S3 says 412.
        if only_new and status in {403, 409, 412}:
            return False
        if status >= 300:
            raise OSError(f"PUT {path}: {status} {answer[:300]!r}")
        return True

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def tags(self, bucket: str) -> dict[str, str] | None:
        """None when there is no such bucket."""
        if self._call("HEAD", f"/{bucket}")[0] != 200:
            return None
        text = (self.get(f"/{bucket}?tagging") or b"").decode()
        pairs = re.findall(r"<Key>(.*?)</Key>\s*<Value>(.*?)</Value>", text, re.DOTALL)
        return {unescape(name): unescape(value) for name, value in pairs}

    def tag(self, bucket: str, tags: dict[str, str]) -> None:
        pairs = "".join(f"<Tag><Key>{escape(k)}</Key><Value>{escape(v)}</Value></Tag>" for k, v in tags.items())
        self.put(f"/{bucket}?tagging", f"<Tagging><TagSet>{pairs}</TagSet></Tagging>".encode())

    def _call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._place, timeout=30)
        sent = {"Authorization": self._authorization, "Content-Type": "application/octet-stream", **(headers or {})}
        connection.request(method, quote(path, safe="/?=-_.~"), body or None, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content
