"""Paragraphs of text from trees of markup."""

import re
from collections.abc import Collection, Iterator
from typing import Protocol

BLANK_LINE = "\n\n"

HTML_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
HTML_DROPPED = frozenset(
    ("head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title")
)

_SPACE = re.compile(r"\s+")


class Element(Protocol):
    """What is used of the elements of lxml."""

    @property
    def tag(self) -> object:
        """The name; something else than a string for comments and the like."""

    @property
    def text(self) -> str | None:
        """The words before the first child."""

    @property
    def tail(self) -> str | None:
        """The words after the end of the element."""

    def get(self, key: str) -> str | None:
        """An attribute."""

    def iter(self, tag: str) -> "Iterator[Element]":
        """All elements of that name from here down, in the order of the document."""

    def getnext(self) -> "Element | None":
        """The next sibling."""

    def getparent(self) -> "Element | None":
        """The element around this one."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> "Element": ...


def paragraphs_of(tree: Element, blocks: Collection[str], dropped: Collection[str] = ()) -> str:
    """The words of a tree, a blank line between any two blocks, other white space single.

    `blocks` are the tags that begin and end a paragraph; what is in a `dropped` tag is left out.
    """
    paragraphs: list[str] = []
    words: list[str] = []
    silent = 0
    for element, begins in _walk(tree):
        named = isinstance(element.tag, str)
        if element.tag in blocks:
            _end_paragraph(words, paragraphs)
        if named and element.tag in dropped:
            silent += 1 if begins else -1
        written = (element.text if named else None) if begins else element.tail
        if written and not silent and (begins or element is not tree):
            words.append(written)
    _end_paragraph(words, paragraphs)
    return BLANK_LINE.join(paragraphs)


def one_line(text: str) -> str:
    """Words with single spaces between them."""
    return _SPACE.sub(" ", text).strip()


def _walk(tree: Element) -> Iterator[tuple[Element, bool]]:
    """Every element at its beginning (True) and its end (False), however deep the tree is."""
    here: Element | None = tree
    while here is not None:
        yield here, True
        if len(here):
            here = here[0]
            continue
        yield here, False
        while here is not tree and here.getnext() is None:
            parent = here.getparent()
            assert parent is not None  # noqa: S101 - only the root has none, and `tree` comes before it
            here = parent
            yield here, False
        here = None if here is tree else here.getnext()


def _end_paragraph(words: list[str], paragraphs: list[str]) -> None:
    if paragraph := one_line("".join(words)):
        paragraphs.append(paragraph)
    words.clear()
