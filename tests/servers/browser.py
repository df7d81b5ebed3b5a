"""Which Chromium the browser tests drive. As a program: exit code 0 when there is one."""

import os
import shutil
import sys
from pathlib import Path

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Best first: the headless shell is the same engine without the browser's own windows, profiles and extensions, which
cost more processor time in these tests than the pages."""


def chromium() -> str | None:
    """Path of a Chromium: named by CHROMIUM, on PATH, or downloaded by Playwright; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None) or _downloaded()


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    sys.exit(0 if chromium() else 1)
