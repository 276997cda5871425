"""How a page looks to everybody: which rules of accessibility it breaks, and whether it fits its screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from visitors import DESKTOP, OPEN_DISCLOSURES, PHONE

_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# The contrast of colours is what takes time. A page is looked at in each scheme and at each size, but not in
# each scheme at each size; in the other direction the pairs are the others.
_PAIRS = {
    "ltr": ((PHONE, "dark"), (DESKTOP, "light")),
    "rtl": ((PHONE, "light"), (DESKTOP, "dark")),
}


class Looks:
    """Looks at one page after the other; `flaws` says which has which, and is empty where all is well."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.flaws: dict[str, str] = {}

    def at(self, name: str) -> None:
        """Look at what the page shows just now, on a phone and on a desk, once in the dark."""
        # Closed disclosures hide their words from the check.
        self.page.evaluate(OPEN_DISCLOSURES)
        self.page.evaluate(Axe().axe_script)
        for (width, height), scheme in _PAIRS[self.page.evaluate("document.documentElement.dir")]:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            broken = self.page.evaluate("rules => axe.run(rules)", _RULES)["violations"]
            if broken:
                self.flaws[f"{name}, {scheme}, {width} wide"] = _said(broken)
            reach = self.page.evaluate("document.documentElement.scrollWidth")
            if reach > width:
                self.flaws[f"{name}, {width} wide"] = f"reaches to {reach}"


def _said(broken: list[dict[str, object]]) -> str:
    return "\n".join(f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}" for rule in broken)
