"""Looks at pages in all their looks; keeps pictures where DECLIC_PICTURES names a folder."""

import os
from pathlib import Path

from playwright.sync_api import Page

PICTURES = os.environ.get("DECLIC_PICTURES", "")
STICKS_OUT = """
() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => `${each.tagName}.${each.className}`.slice(0, 80)).slice(0, 8)
"""
LOOKS = [(width, theme) for width in (1400, 360) for theme in ("light", "dark")]


class Photographer:
    """Looks at a page in all its looks: it must not scroll sideways; keeps pictures where that was asked for."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0
        self.seen: dict[str, str] = {}

    def _too_wide(self) -> list[str]:
        """Return what sticks out at the right once the page has settled at its size."""
        for _look in range(10):
            found: list[str] = self.page.evaluate(STICKS_OUT)
            if not found:
                break
            self.page.wait_for_timeout(100)
        return found

    def __call__(self, name: str) -> None:
        """Look at the page as it stands."""
        self.number += 1
        self.page.wait_for_function("document.readyState === 'complete'")
        self.seen.setdefault(self.page.url, name)
        for width, theme in LOOKS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.evaluate("isDark => document.documentElement.classList.toggle('dark', isDark)", theme == "dark")
            assert self._too_wide() == [], f"{name} at {width} px"
            if PICTURES:
                file = Path(PICTURES) / f"{self.number:02}-{name}-{width}-{theme}.png"
                self.page.screenshot(path=file, full_page=width > 1000, animations="disabled")
        self.page.set_viewport_size({"width": 1400, "height": 900})
        self.page.evaluate("document.documentElement.classList.remove('dark')")
