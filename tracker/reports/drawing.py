"""Small drawings as SVG that stands in a page: no script, no style of its own, words as words.

Shapes carry print colours as attributes, which any rule of the page's style overrides; so one drawing serves
light and dark screens and paper. Nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from tracker.reports.quoting import isolated, visible

INK = "#1d1f23"
QUIET = "#565b64"
LINE = "#9a9fa6"

_ROOM = 160.0  # units that words in the middle of their place may take on paper
_LINE_HEIGHT = 1.6  # of the size of letters
_RISE = 1.2  # how far above their foot the line of words begins, of the size of letters


@dataclass(frozen=True, slots=True)
class Words:
    """Words on a drawing, ready to be shown."""

    x: float
    y: float
    shown: str
    anchor: str
    size: float
    strong: bool
    quiet: bool


@dataclass(slots=True)
class Drawing:
    """A sheet `width` by `height` units large, on which places count from the side where lines begin.

    So a drawing in a language that is written from right to left is the mirror image, and its words stand as
    they should: "start" is where a line begins, "end" where it ends.
    """

    width: float
    height: float
    direction: str
    name: str
    description: str
    id: str
    _parts: list[Markup] = field(default_factory=list)
    _words: list[Words] = field(default_factory=list)

    def words(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        size: float = 11,
        strong: bool = False,
        quiet: bool = False,
    ) -> None:
        """Words on a line whose foot is at `y`; `anchor` says which part of them is at `x`."""
        shown = isolated(visible(words), self.direction)
        self._words.append(Words(x, y, shown, anchor, size, strong, quiet))

    def bar(self, x: float, y: float, width: float, height: float, *, hollow: bool = False) -> None:
        """A bar from `x` on, filled or hollow with a broken edge."""
        start = self.width - x - width if self._mirrored else x
        look = (
            f'class="is-hollow" fill="none" stroke="{INK}" stroke-width="1" stroke-dasharray="3 2"'
            if hollow
            else f'class="is-filled" fill="{INK}"'
        )
        self._parts.append(
            Markup('<rect {} x="{}" y="{}" width="{}" height="{}"/>').format(
                Markup(look),  # noqa: S704 (constants)
                _short(start),
                _short(y),
                _short(width),
                _short(height),
            )
        )

    def dot(self, x: float, y: float, radius: float) -> None:
        """A dot around a place."""
        self._parts.append(
            Markup('<circle class="is-filled" cx="{}" cy="{}" r="{}" fill="{}"/>').format(
                self._at(x), _short(y), _short(radius), INK
            )
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, *, width: float = 1) -> None:
        """A thin line between two places."""
        self._parts.append(
            Markup(
                '<line class="is-line" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>'
            ).format(self._at(x), _short(y), self._at(to_x), _short(to_y), LINE, _short(width))
        )

    def arrow(self, x: float, y: float, size: float) -> None:
        """The head of an arrow that leads on in the direction of the lines; its point is at `x`."""
        points = [(x - size, y - size), (x, y), (x - size, y + size)]
        written = " ".join(f"{self._at(px)},{_short(py)}" for px, py in points)
        self._parts.append(Markup('<polygon class="is-filled" points="{}" fill="{}"/>').format(written, INK))

    def on_screen(self) -> Markup:
        """The drawing as an element of a page, its words within it."""
        return self._svg([*self._parts, *(self._as_text(words) for words in self._words)])

    def on_paper(self) -> Markup:
        """The drawing with its words laid over it.

        WeasyPrint sets the words of a drawing letter by letter, which no Arabic word survives; those of a
        page it sets as they should be.
        """
        return Markup('<div class="drawn" style="width: {}px; height: {}px">{}{}</div>').format(
            _short(self.width),
            _short(self.height),
            self._svg(self._parts),
            Markup("").join(self._as_label(words) for words in self._words),
        )

    def _svg(self, parts: Sequence[Markup]) -> Markup:
        head = Markup(
            '<svg class="drawing" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
            ' aria-labelledby="{id}-name {id}-description">'
            '<title id="{id}-name">{name}</title><desc id="{id}-description">{description}</desc>\n'
        ).format(
            width=_short(self.width),
            height=_short(self.height),
            id=self.id,
            name=visible(self.name),
            description=visible(self.description),
        )
        return head + Markup("\n").join(parts) + Markup("\n</svg>")

    def _as_text(self, words: Words) -> Markup:
        return Markup(
            '<text class="{}" x="{}" y="{}" text-anchor="{}" direction="{}" font-size="{}" font-weight="{}"'
            ' fill="{}">{}</text>'
        ).format(
            "is-quiet" if words.quiet else "is-ink",
            self._at(words.x),
            _short(words.y),
            words.anchor,
            self.direction,
            _short(words.size),
            "bold" if words.strong else "normal",
            QUIET if words.quiet else INK,
            words.shown,
        )

    def _as_label(self, words: Words) -> Markup:
        start, end = ("right", "left") if self._mirrored else ("left", "right")
        match words.anchor:
            case "start":
                place = f"{start}: {_short(words.x)}px"
            case "end":
                place = f"{end}: {_short(self.width - words.x)}px"
            case _:
                place = (
                    f"{start}: {_short(words.x - _ROOM / 2)}px; width: {_short(_ROOM)}px; text-align: center"
                )
        return Markup(
            '<span style="{}; top: {}px; font-size: {}px; line-height: {}px; font-weight: {};'
            ' color: {}">{}</span>'
        ).format(
            place,
            _short(words.y - words.size * _RISE),
            _short(words.size),
            _short(words.size * _LINE_HEIGHT),
            "bold" if words.strong else "normal",
            QUIET if words.quiet else INK,
            words.shown,
        )

    @property
    def _mirrored(self) -> bool:
        return self.direction == "rtl"

    def _at(self, x: float) -> str:
        return _short(self.width - x if self._mirrored else x)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
