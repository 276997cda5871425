"""A page of three stories, which are three documents of one text."""

from rooms import TOWN, Shelf

from tracker.domain.documents import Document
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import FigureKind

_TEXT = (
    "Ferry sails again\n\n"
    "QASR SIDRA – The ferry sailed again on Monday, the harbour office said.\n\n"
    "Wells run dry\n\n"
    "Four wells near the town are dry, Radio Sidra said, quoting an elder of the town. "
    "The council has promised to send tankers.\n\n"
    "No school on Thursday\n\n"
    "Teachers will not work on Thursday, their union announced."
)


def page_of_stories(shelf: Shelf) -> tuple[Document, ...]:
    """The stories in their order. Their parts are numbered with a gap: what lay between held no sentence."""
    ferry, wells, school = (
        shelf.document(title=title, outlet="Sidra Courier", language="en", text=_TEXT, part=part)
        for part, title in ((0, "Ferry sails again"), (1, "Wells run dry"), (3, ""))
    )
    shelf.statement(ferry, "The ferry sailed again on Monday, the harbour office said.", "CIV", cue="said")
    shelf.statement(
        wells,
        "Four wells near the town are dry, Radio Sidra said, quoting an elder of the town.",
        "CIV",
        speaker="an elder of the town",
        cue="quoting",
        chain=("Radio Sidra", "an elder of the town"),
        method=AttributionMethod.SOURCE,
        confidence=0.52,
        figure=(FigureKind.OTHER, 4, 4),
        counted="wells",
        place=TOWN,
    )
    shelf.statement(
        wells,
        "The council has promised to send tankers.",
        "MEDIA",
        method=AttributionMethod.OUTLET,
        confidence=0.97,
    )
    return ferry, wells, school
