"""One document as a caller of the API hands it over: an object with the fields of a line of JSON Lines."""

import json
from collections.abc import Mapping
from dataclasses import replace

from tracker.domain.documents import IncomingDocument
from tracker.reading.detection import UNDETERMINED, detect_language
from tracker.reading.records import FIELDS, document_of

ORIGIN = "the body"
"""Where its faults are said to be."""


def read_posted(record: Mapping[str, object]) -> IncomingDocument:
    """The document in an object. Raises ReadingError.

    Its bytes are the object written out in one fixed way, so that the same document gets the same id
    however its caller spaced and escaped it.
    """
    given = {name: record[name] for name in FIELDS if record.get(name) is not None}
    original = json.dumps(given, ensure_ascii=False).encode("utf-8", "surrogatepass")
    document = document_of(given, original=original, origin=ORIGIN)
    if document.language is None or document.language == UNDETERMINED:
        return replace(document, language=detect_language(document.text))
    return document
