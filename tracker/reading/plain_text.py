"""Plain text files: the whole file is one document.

Which line is its title is left to `tracker.statements.segmentation`, which knows headings from sentences.
"""

from tracker.domain.documents import IncomingDocument
from tracker.reading.encoding import decode
from tracker.reading.outcomes import check_text


def read_text(data: bytes, origin: str, charset: str | None = None) -> IncomingDocument:
    """The document in the bytes of a text, said to be in `charset` by a server. Raises ReadingError."""
    text = decode(data, origin, charset).text
    check_text(text, origin)
    return IncomingDocument(origin=origin, original=data, media_type="text/plain", text=text)
