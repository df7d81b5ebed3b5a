"""Which Chromium the browser tests drive. As a program: exit code 0 when there is one."""

import os
import shutil
import sys
from pathlib import Path


def chromium() -> str | None:
    """Path of a Chromium: named by CHROMIUM, on PATH, or downloaded by Playwright; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or _downloaded()


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    sys.exit(0 if chromium() else 1)
