"""Labelled splits for the fitting scripts: our own statements, matched with the labels.

A statement matches a label of the same document if their spans overlap by at least 60 % of the shorter and
30 % of their union, as the scorer beside the corpus has it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.domain.documents import Document, Span
from tracker.domain.statements import Statement
from tracker.embedding.loading import DEFAULT_MODEL, load_embedder
from tracker.events.linkable import Linkable
from tracker.registry.loading import load_places, load_registry
from tracker.services.embedding import context_text
from tracker.services.listening import VoiceReader
from tracker.statements.extraction import Knowledge, extract_statements, tellings, with_evident_head
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors."""

_OF_SHORTER, _OF_UNION = 0.6, 0.3


@dataclass(frozen=True, slots=True)
class Labelled:
    """One split: what we would link, the label each matched (or None), and the conflicts."""

    name: str
    linkables: list[Linkable]
    labels: list[dict[str, Any] | None]
    conflicts: dict[frozenset[str], str]


def load_split(
    folder: Path,
    embed: Embed | None = None,
    *,
    spans_given: bool = False,
    voices: VoiceReader | None = None,
) -> Labelled:
    """Extract and embed a split's documents, by default with the default model; match them with labels.

    With `spans_given`, every sentence is taken, and then only those kept that match a label. `voices` hears
    who speaks; without it the named features decide alone.
    """
    knowledge = load_knowledge()
    if spans_given:
        knowledge = knowledge.taking_all()
    rows = list(_rows(folder / "statements.jsonl"))
    statements: list[Statement] = []
    labels: list[dict[str, Any] | None] = []
    published = []
    for row in _rows(folder / "documents.jsonl"):
        document = _document(row)
        marks = voices.read(tellings(document)) if voices else None
        found = extract_statements(document, knowledge, marks)
        gold = [one for one in rows if one["doc"] == row["id"]]
        matched = _match(found, gold, document.text)
        if spans_given:
            found = tuple(one for one in found if one.id in matched)
        statements += found
        labels += [matched.get(one.id) for one in found]
        published += [document.published.date() if document.published else None] * len(found)
    embed = embed or load_embedder(DEFAULT_MODEL).encode
    linkables = _linkables(statements, published, embed)
    conflicts = {frozenset((row["a"], row["b"])): row["type"] for row in _rows(folder / "conflicts.jsonl")}
    return Labelled(folder.name, linkables, labels, conflicts)


def unembedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """Stands in for an encoder where its vectors are not asked for."""
    return np.ones((len(texts), 1), dtype=np.float32)


def load_knowledge() -> Knowledge:
    """The shipped registry, gazetteer and models."""
    registry = load_registry()
    finder = PartyFinder(registry.parties, registry.speakers)
    return Knowledge(finder, PlaceFinder(load_places()))


def read_documents(folder: Path) -> Iterator[tuple[Document, list[dict[str, Any]]]]:
    """The documents of a split with their labels, each label with the `start` and `end` of its quote."""
    labels = list(_rows(folder / "statements.jsonl"))
    for row in _rows(folder / "documents.jsonl"):
        document = _document(row)
        own = [one for one in labels if one["doc"] == row["id"]]
        for one in own:
            one["start"] = document.text.index(one["quote"])
            one["end"] = one["start"] + len(one["quote"])
        yield document, own


def label_of(span: Span, labels: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The label that a span of a document matches best, if any."""
    best: tuple[float, dict[str, Any]] | None = None
    for one in labels:
        common = min(one["end"], span.end) - max(one["start"], span.start)
        union = max(one["end"], span.end) - min(one["start"], span.start)
        shorter = min(one["end"] - one["start"], len(span))
        matches = common >= _OF_SHORTER * shorter and common >= _OF_UNION * union
        if matches and (best is None or common / union > best[0]):
            best = common / union, one
    return best[1] if best else None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _document(row: dict[str, Any]) -> Document:
    document = Document(
        id=row["id"],
        external_id=row["id"],
        url=row["url"],
        title=row["title"],
        outlet=row["outlet"],
        published=datetime.fromisoformat(row["published"]) if row["published"] else None,
        published_found=None,
        language=row["lang"],
        sha256="",
        text=row["text"],
    )
    return with_evident_head(document)


def _match(
    found: Sequence[Statement], gold: Sequence[dict[str, Any]], text: str
) -> dict[str, dict[str, Any]]:
    candidates = []
    for label in gold:
        start = text.index(label["quote"])
        end = start + len(label["quote"])
        for one in found:
            common = min(end, one.span.end) - max(start, one.span.start)
            union = max(end, one.span.end) - min(start, one.span.start)
            if common >= _OF_SHORTER * min(end - start, len(one.span)) and common >= _OF_UNION * union:
                candidates.append((common / union, label["id"], one.id, label))
    candidates.sort(key=lambda candidate: (-candidate[0], candidate[1], candidate[2]))
    used: set[str] = set()
    matched: dict[str, dict[str, Any]] = {}
    for _, label_id, statement, label in candidates:
        if label_id not in used and statement not in matched:
            used.add(label_id)
            matched[statement] = label
    return matched


def _linkables(statements: Sequence[Statement], published: Sequence[Any], embed: Embed) -> list[Linkable]:
    contexts = embed([context_text(one) for one in statements])
    quotes = embed([one.quote for one in statements])
    return [
        Linkable(one, day, np.asarray(context), np.asarray(quote))
        for one, day, context, quote in zip(statements, published, contexts, quotes, strict=True)
    ]
