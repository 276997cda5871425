"""How a page looks to everybody: which rules of accessibility it breaks, and whether it fits its screen."""

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from visitors import DESKTOP, OPEN_DISCLOSURES, PHONE

_RUN = "options => axe.run(options).then(found => found.violations)"

_Pair = tuple[tuple[int, int], str]
"""The size of a screen, and the scheme of its colours."""

# A page is looked at in each scheme and at each size, but not in each scheme at each size; in the other
# direction the pairs are the others.
_PAIRS: dict[str, tuple[_Pair, ...]] = {
    "ltr": ((PHONE, "dark"), (DESKTOP, "light")),
    "rtl": ((PHONE, "light"), (DESKTOP, "dark")),
}
# Where only one pair is looked at, page by page, these take turns: the other direction has the page at the
# other size and in the other scheme.
_TURNS: dict[str, tuple[_Pair, ...]] = {
    "ltr": ((PHONE, "dark"), (DESKTOP, "light"), (PHONE, "light"), (DESKTOP, "dark")),
    "rtl": ((DESKTOP, "light"), (PHONE, "dark"), (DESKTOP, "dark"), (PHONE, "light")),
}


@cache
def _script() -> str:
    return str(Axe().axe_script)


_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


class Looks:
    """Looks at one page after the other; `flaws` says which has which, and is empty where all is well.

    `in_turn` is for pages that are looked at in both directions, in the same order: the rules are tried on
    the first page on a phone alone, on the next on a desk, and so on, in the other direction the other way
    round. Whether a page fits is measured at both sizes in any case.
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
        direction = self.page.evaluate("document.documentElement.dir")
        pairs = _PAIRS[direction]
        if self._in_turn:
            size, scheme = _TURNS[direction][self._looked % len(_TURNS[direction])]
            self._measure(name, DESKTOP if size == PHONE else PHONE)
            pairs = ((size, scheme),)
        for size, scheme in pairs:
            self._measure(name, size)
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            broken = self.page.evaluate(_RUN, _OPTIONS)
            if broken:
                self.flaws[f"{name}, {scheme}, {size[0]} wide"] = _said(broken)
        self._looked += 1

    def _measure(self, name: str, size: tuple[int, int]) -> None:
        """Make the screen so large, and see whether the page fits it."""
        width, height = size
        self.page.set_viewport_size({"width": width, "height": height})
        reach = self.page.evaluate("document.documentElement.scrollWidth")
        if reach > width:
            self.flaws[f"{name}, {width} wide"] = f"reaches to {reach}"


def _said(broken: list[dict[str, Any]]) -> str:
    return "\n".join(f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}" for rule in broken)
