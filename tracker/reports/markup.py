"""Two ways to write values and messages so that they read as themselves: in HTML and in Markdown."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from markupsafe import Markup

from tracker.language.catalogues import marked
from tracker.language.direction import direction, language_tag
from tracker.reports.markdown import escape_markdown
from tracker.reports.quoting import isolated, quoted_address, visible
from tracker.reports.wording import Wording


class Flavour(Protocol):
    """Writes for one markup language. What is Markup already, it leaves alone."""

    def value(self, value: object) -> Markup:
        """A value where nothing else stands, or in words that keep it apart themselves."""

    def within(self, value: object) -> Markup:
        """A value in the middle of a message."""

    def foreign(self, text: str, language: str) -> Markup:
        """Words of another language in the middle of a line."""

    def references(self, numbers: Sequence[int]) -> Markup:
        """Footnotes by their ascending numbers."""


class Html:
    """Writes HTML. Where `sources` are given, footnotes name these alone and count others: "[3, +12]"."""

    def __init__(self, wording: Wording, sources: Collection[int] | None = None) -> None:
        self._wording = wording
        self._comma = Markup(wording.gettext(marked(", ")))  # noqa: S704 (a message of ours)
        self._sources = sources

    def value(self, value: object) -> Markup:  # noqa: D102 (see Flavour)
        return value if isinstance(value, Markup) else Markup.escape(visible(_written(value)))

    def within(self, value: object) -> Markup:  # noqa: D102
        if isinstance(value, Markup):
            return value
        # Characters and not elements, since a message may be the value of an attribute.
        return Markup.escape(isolated(visible(_written(value)), self._wording.direction))

    def foreign(self, text: str, language: str) -> Markup:  # noqa: D102
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(
            language_tag(language), direction(language), visible(text)
        )

    def references(self, numbers: Sequence[int]) -> Markup:  # noqa: D102
        def link(number: int) -> Markup:
            return Markup('<a href="#source-{0}">{0}</a>').format(number)

        there = [one for one in numbers if self._sources is None or one in self._sources]
        runs = [Markup("–").join(link(number) for number in ends) for ends in _runs(there)]
        if len(there) < len(numbers):
            runs.append(Markup("+{}").format(self._wording.number(len(numbers) - len(there))))
        return Markup('<span class="references">[{}]</span>').format(self._comma.join(runs))


class Markdown:
    """Writes Markdown, every value on one line."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._comma = wording.gettext(marked(", "))

    def value(self, value: object) -> Markup:  # noqa: D102
        if isinstance(value, Markup):
            return value
        kept_apart = isolated(visible(_written(value)), self._wording.direction)
        return Markup(escape_markdown(kept_apart))  # noqa: S704 (escaped for Markdown)

    def within(self, value: object) -> Markup:  # noqa: D102
        return self.value(value)

    def foreign(self, text: str, language: str) -> Markup:  # noqa: ARG002, D102
        return self.value(text)

    def block(self, text: str) -> Markup:
        """Words that have a paragraph to themselves, whose first letter tells its direction."""
        return Markup(escape_markdown(visible(text)))  # noqa: S704 (escaped for Markdown)

    def address(self, address: str) -> Markup:
        """An address between angle brackets, where Markdown knows no escapes; those of addresses do."""
        return Markup(quoted_address(address))  # noqa: S704 (quoted_address leaves no bracket or backslash)

    def references(self, numbers: Sequence[int]) -> Markup:  # noqa: D102
        runs = ["–".join(str(number) for number in ends) for ends in _runs(numbers)]
        return Markup(r"\[{}\]").format(self._comma.join(runs))


class Messages:
    """The functions by which templates say something: its words are ours, what fills it is made safe."""

    def __init__(self, wording: Wording, flavour: Flavour) -> None:
        self._wording = wording
        self._flavour = flavour

    def gettext(self, message: str, /, **values: object) -> Markup:
        """A message, `%(name)s` filled in."""
        return self._filled(self._wording.catalogue.gettext(message), values)

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> Markup:
        """The form of a message that goes with a number, which may be written as `%(num)s`."""
        message = self._wording.catalogue.ngettext(singular, plural, number)
        return self._filled(message, {"num": number, **values})

    def pgettext(self, context: str, message: str, /, **values: object) -> Markup:
        """A message whose translation depends on where it stands."""
        return self._filled(self._wording.catalogue.pgettext(context, message), values)

    def npgettext(self, context: str, singular: str, plural: str, number: int, /, **values: object) -> Markup:
        """The form of a message that goes with a number, where its translation depends on where it stands."""
        message = self._wording.catalogue.npgettext(context, singular, plural, number)
        return self._filled(message, {"num": number, **values})

    def _filled(self, message: str, values: Mapping[str, object]) -> Markup:
        shown = self._wording.shown(values)
        safe = {name: self._flavour.within(value) for name, value in shown.items()}
        return Markup(message) % safe  # noqa: S704 (messages are ours, and what fills them is safe)


def _written(value: object) -> str:
    if value is None:
        raise TypeError("a template of the report prints a value that is None")
    return str(value)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Ascending numbers with runs of three and more cut to their ends: 1, 2, 3, 7 → (1, 3), (7,)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        if len(run) > 2:  # noqa: PLR2004 (two stand beside each other as well)
            yield (run[0], run[-1])
        else:
            yield from ((number,) for number in run)
