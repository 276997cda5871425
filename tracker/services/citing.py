"""Citing a statement: its words, where and when they were published, and how to find and check them."""

import json
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.addresses import web_address
from tracker.domain.views import StatementView

_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "&": r"\&",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


class CitationFormat(StrEnum):
    """How a citation is written down."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    BIBTEX = "bibtex"
    CSL = "csl"  # CSL-JSON, which reference managers read


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation of a statement says. `published` is an ISO date, empty where it is not known.

    `permalink` leads to the statement here, `url` to where it was published; `sha256` is of the bytes of the
    document as they were captured, `start` and `end` count code points of its text.
    """

    statement: str
    quote: str
    party: str
    speaker: str
    title: str
    outlet: str
    published: str
    language: str
    url: str
    permalink: str
    sha256: str
    start: int
    end: int
    constructed: bool

    @classmethod
    def of(cls, view: StatementView, permalink: str) -> "Citation":
        """The citation of a statement."""
        statement, document = view.statement, view.document
        return cls(
            statement=statement.id,
            quote=_one_line(statement.quote),
            party=statement.party,
            speaker=_one_line(statement.attribution.speaker or ""),
            title=_one_line(document.title),
            outlet=_one_line(document.outlet),
            published=document.published.date().isoformat() if document.published else "",
            language=document.language,
            url=web_address(document.url or "") or "",
            permalink=permalink,
            sha256=document.sha256,
            start=statement.span.start,
            end=statement.span.end,
            constructed=document.constructed,
        )

    def write(self, how: CitationFormat) -> str:
        """The citation in a format."""
        writers = {
            CitationFormat.PLAIN: self._plain,
            CitationFormat.MARKDOWN: self._markdown,
            CitationFormat.BIBTEX: self._bibtex,
            CitationFormat.CSL: self._csl,
        }
        return writers[how]()

    @property
    def _whose(self) -> str:
        return f"{self.party} ({self.speaker})" if self.speaker else self.party

    @property
    def _check(self) -> str:
        """What lets a reader find the words again and see that they are the same."""
        mark = "Constructed for demonstration. " if self.constructed else ""
        return f"{mark}Code points {self.start} to {self.end}, SHA-256 {self.sha256}"

    def _plain(self) -> str:
        where = ", ".join(part for part in (self.outlet, f"“{self.title}”" if self.title else "") if part)
        parts = [f"{self._whose}: “{self.quote}”", where, self.published or "no date", self.url]
        parts += [self.permalink, self._check]
        return ". ".join(part for part in parts if part) + "."

    def _markdown(self) -> str:
        title = _markdown(self.title or self.outlet or self.statement)
        source = f"[{title}](<{self.url}>)" if self.url else title
        where = ", ".join(part for part in (_markdown(self.outlet), self.published or "no date") if part)
        return (
            f"> {_markdown(self.quote)}\n>\n"
            f"> {_markdown(self._whose)}, in {source}, {where}. "
            f"[Statement {self.statement}](<{self.permalink}>). {self._check}.\n"
        )

    def _bibtex(self) -> str:
        fields = {
            "author": f"{{{_bibtex(self.outlet)}}}" if self.outlet else "",
            "title": _bibtex(self.title),
            "date": self.published,
            "langid": self.language,
            "url": self.url,
            "note": _bibtex(f"{self._whose}: “{self.quote}” {self.permalink} {self._check}"),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@online{{counterclaim-{self.statement},", *lines, "}"]) + "\n"

    def _csl(self) -> str:
        record: dict[str, object] = {
            "id": f"counterclaim-{self.statement}",
            "type": "article-newspaper",
            "title": self.title,
            "container-title": self.outlet,
            "language": self.language,
            "URL": self.url or self.permalink,
            "archive_location": self.permalink,
            "note": f"{self._whose}: “{self.quote}” {self._check}",
        }
        if self.published:
            record["issued"] = {"date-parts": [[int(part) for part in self.published.split("-")]]}
        return json.dumps([record], ensure_ascii=False, indent=2) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bibtex(text: str) -> str:
    return text.translate(_BIBTEX)


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|~" else letter for letter in text)
