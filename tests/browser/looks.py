"""How a page looks to everybody: which rules of accessibility it breaks, and whether it fits its screen."""

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from visitors import DESKTOP, OPEN_DISCLOSURES, PHONE

_RUN = "options => axe.run(options).then(found => found.violations)"

# The contrast of colours is four fifths of what a look takes. A page is looked at in each scheme and at each
# size, but not in each scheme at each size; in the other direction the pairs are the others.
_PAIRS = {
    "ltr": ((PHONE, "dark"), (DESKTOP, "light")),
    "rtl": ((PHONE, "light"), (DESKTOP, "dark")),
}


@cache
def _script() -> str:
    return str(Axe().axe_script)


def _options(*, contrast: bool) -> dict[str, Any]:
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": contrast}}
    return {"resultTypes": ["violations"], "rules": rules}


class Looks:
    """Looks at one page after the other; `flaws` says which has which, and is empty where all is well.

    `in_turn` is for pages that are looked at in both directions, in the same order: the contrast of the first
    page is measured on a phone alone, that of the next on a desk, and so on. In the one direction it is dark
    then, and light in the other.
    """

    def __init__(self, page: Page, *, in_turn: bool = False) -> None:
        self.page = page
        self.flaws: dict[str, str] = {}
        self._in_turn = in_turn
        self._looked = 0

    def at(self, name: str) -> None:
        """Look at what the page shows just now, on a phone and on a desk, once in the dark."""
        # Closed disclosures hide their words from the check.
        self.page.evaluate(OPEN_DISCLOSURES)
        self.page.evaluate(_script())
        pairs = _PAIRS[self.page.evaluate("document.documentElement.dir")]
        for number, ((width, height), scheme) in enumerate(pairs):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            contrast = not self._in_turn or number == self._looked % len(pairs)
            broken = self.page.evaluate(_RUN, _options(contrast=contrast))
            if broken:
                self.flaws[f"{name}, {scheme}, {width} wide"] = _said(broken)
            reach = self.page.evaluate("document.documentElement.scrollWidth")
            if reach > width:
                self.flaws[f"{name}, {width} wide"] = f"reaches to {reach}"
        self._looked += 1


def _said(broken: list[dict[str, Any]]) -> str:
    return "\n".join(f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}" for rule in broken)
