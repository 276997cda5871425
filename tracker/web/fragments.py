"""Parts of pages that are rendered once: each is kept by all values that stand in it.

An event of hundreds of statements shows as many cards, of which an act of an analyst changes one or two.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Final

from flask import current_app, render_template, request
from markupsafe import Markup

from tracker.domain.parties import Party
from tracker.services.remembering import Remembered, Same
from tracker.web.languages import current_language

_MOST: Final = 32_000_000  # characters of markup


class Fragments:
    """Renders templates that take frozen values and read nothing else from the page around them.

    `parties` are those that templates name; they may change while the program runs.
    """

    def __init__(self, parties: Mapping[str, Party], most: int = _MOST) -> None:
        self._parties = parties
        self._rendered: Remembered[Markup] = Remembered(most, len)

    def __call__(self, template: str, **values: object) -> Markup:
        """The template with these values, for this reader's language. All values have to be hashable."""

        def render() -> Markup:
            # Templates escape what they show.
            return Markup(render_template(template, **values))  # noqa: S704

        return self._keep(render, template, tuple(sorted(values.items())))

    def of(self, template: str, thing: object, **values: object) -> Markup:
        """The template with `thing` as `page`, kept as long as it is asked for the very same object.

        For what is remembered itself by all that it follows from, so that nothing long has to be compared.
        """

        def render() -> Markup:
            return Markup(render_template(template, page=thing, **values))  # noqa: S704

        return self._keep(render, template, (Same(thing), tuple(sorted(values.items()))))

    def _keep(self, render: Callable[[], Markup], template: str, key: Hashable) -> Markup:
        if current_app.jinja_env.auto_reload:
            # Whoever writes templates wants to see them as they stand.
            return render()
        named = tuple(Same(party) for party in self._parties.values())
        # Addresses in it depend on where the site stands.
        around = (template, current_language().code, request.script_root, named)
        return self._rendered.of((around, key), render)
