"""What axe-core and a narrow screen find wrong with a page, in both themes."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.servers.processes import wait_until

_AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
_RUN = """async (only) => {
  // Colours on their way from one theme to the other are neither's.
  for (const each of document.getAnimations()) if (each.effect.getTiming().iterations !== Infinity) each.finish();
  // Not preloaded: it would write the styles of a sheet that imports others into the page, which the policy refuses.
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...only});
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`);
}"""
# All that a theme changes. By name: a tag would bring the rules of the strictest level too, which are off otherwise.
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Contrast is what takes longest to find out, and is the same on a narrow screen.
_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
NARROW = {"width": 320, "height": 640}


@cache
def _axe() -> str:
    return _AXE.read_text()


def findings(page: Page, only: dict[str, Any] | None = None) -> list[str]:
    """Rule and elements of each violation, in the theme the page has now; of all rules, or `only` of some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(_RUN, only or {})
    return found


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    page.wait_for_load_state()  # what is visible may not have its styles yet
    found: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


def expect_to_fit(page: Page) -> None:
    """Nothing to scroll sideways, once all that comes late (choices, answers) is in its place."""
    wait_until(lambda: overflow(page) <= 0, seconds=10, what="a page as wide as its window")


def expect_accessible(page: Page, *, wholly: bool = False) -> None:
    """No finding in light and dark, nor on a phone of 320 pixels, and nothing to scroll sideways there.

    In the dark and on the phone only the rules that the theme and the width bear on; `wholly`, as in the long set:
    every rule each time. The page keeps its size and its theme."""
    before: Any = page.viewport_size
    wrong = []
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {each}" for each in findings(page, None if wholly else _COLOURS)]
    page.emulate_media(color_scheme="light")
    wrong += [f"light: {each}" for each in findings(page)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    wrong += [f"320 px: {each}" for each in findings(page, None if wholly else _BUT_CONTRAST)]
    if overflow(page) > 0:
        wrong.append(f"320 px: {overflow(page)} px too wide")
    page.set_viewport_size(before)
    assert not wrong, "\n".join(wrong)
