"""Pin each requirements/*.in into its .txt: what pip resolves in an empty environment, without building anything.

The widest set (dev) is resolved first and constrains the others, so that a package has one version everywhere.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = "# Made by `make lock` from {source}; do not edit.\n"
WIDEST = "dev.in"


def resolve(source: Path, constraints: Mapping[str, str]) -> dict[str, str]:
    """Name -> version of everything that `source` needs."""
    with tempfile.TemporaryDirectory() as directory:
        report, limits = Path(directory, "report.json"), Path(directory, "constraints.txt")
        limits.write_text("".join(f"{name}=={version}\n" for name, version in constraints.items()))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), "--constraint", str(limits), "--requirement", str(source)]
        subprocess.run(command, check=True)  # noqa: S603 (our own words)
        installed = json.loads(report.read_text())["install"]
    return {each["metadata"]["name"].lower(): each["metadata"]["version"] for each in installed}


def markers() -> dict[str, str]:
    """Name -> environment marker, for what is not needed on every machine."""
    found = {}
    for source in HERE.glob("*.in"):
        for line in source.read_text().splitlines():
            requirement, semicolon, marker = line.partition(";")
            if semicolon:
                found[requirement.split("==")[0].strip().lower()] = marker.strip()
    return found


def main() -> None:
    conditions = markers()
    widest = resolve(HERE / WIDEST, {})
    for source in sorted(HERE.glob("*.in")):
        pins = widest if source.name == WIDEST else resolve(source, widest)
        lines = [
            f"{name}=={version}" + (f" ; {conditions[name]}" if name in conditions else "")
            for name, version in sorted(pins.items())
        ]
        source.with_suffix(".txt").write_text(HEADER.format(source=source.name) + "\n".join(lines) + "\n")
        sys.stdout.write(f"{source.with_suffix('.txt').name}: {len(lines)} packages\n")


if __name__ == "__main__":
    main()
