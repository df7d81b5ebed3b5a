"""Take the browser's libraries named in vendor.json from the npm registry into the tree (`make vendor`).

Each package's archive must have the integrity the registry states for it. What was taken stands in vendor.lock.json
with that integrity and each file's SHA-256; a test compares the tree with it, so that nobody edits a vendored file.
Alpine's packages leave its licence out since version 3: the text comes from the last one that has it, and that of the
library which is built into Alpine beside it.
"""

import base64
import hashlib
import io
import json
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
REGISTRY = "https://registry.npmjs.org"
_SECONDS = 60


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 (the registry, or what it names)
        content: bytes = answer.read()
        return content


def archive(package: str, version: str) -> tuple[bytes, str]:
    """The package's archive, and the integrity it was found to have."""
    about = json.loads(fetched(f"{REGISTRY}/{urllib.parse.quote(package, safe='@')}/{version}"))["dist"]
    if not about["tarball"].startswith(f"{REGISTRY}/"):
        raise SystemExit(f"{package}: the registry names an archive elsewhere: {about['tarball']}")
    content = fetched(about["tarball"])
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != about["integrity"]:
        raise SystemExit(f"{package} {version}: the archive is not the one the registry describes.")
    return content, found


def take(wanted: dict[str, Any]) -> dict[str, Any]:
    """Write the wanted files of one package; what was taken, for the lock."""
    content, integrity = archive(wanted["package"], wanted["version"])
    digests = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as opened:
        for inside, name in wanted["files"].items():
            member = opened.extractfile(f"package/{inside}")
            if member is None:
                raise SystemExit(f"{wanted['package']} has no {inside}.")
            path = ROOT / wanted["directory"] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(member.read())
            digests[str(path.relative_to(ROOT))] = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = {name: wanted[name] for name in ("package", "version", "licence")}
    return {**kept, "integrity": integrity, "sha256": digests}


def main() -> None:
    taken = [take(each) for each in json.loads((HERE / "vendor.json").read_text())]
    (HERE / "vendor.lock.json").write_text(json.dumps(taken, indent=2) + "\n")
    for each in taken:
        print(f"{each['package']} {each['version']} ({each['licence']})")


if __name__ == "__main__":
    main()
