"""The files that the how-to pages tell people to make, exactly as the pages have them."""

import re
from pathlib import Path

_PAGES = Path(__file__).resolve().parents[1] / "docs" / "howto"
# A block of code whose first line is a comment that names its file.
_FILE = re.compile(r"^```\w+\n# (?P<path>\S+/\S+)\n(?P<text>.*?)^```$", flags=re.M | re.S)


def files_written(page: str, directory: Path) -> dict[str, Path]:
    """Write every file of a page below `directory`; where each lies by its path on the page."""
    written = {}
    for found in _FILE.finditer((_PAGES / page).read_text(encoding="utf-8")):
        path = written[found["path"]] = directory / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return written
