"""Train the question encoder (tracker/embedding/question_adapter.safetensors).

    .venv/bin/python scripts/train_questions.py tracker/embedding/claim_adapter.safetensors \
        tracker/embedding/question_adapter.safetensors \
        --labelled ../shared/eval/train/* scripts/corpora/*/ scripts/voices/*/

Goes on from the claim encoder, which tells happenings apart: within a happening, statements that answer the
same question are drawn together, and apart from those that answer another (supervised contrastive loss,
Khosla et al. 2020). Two statements answer one question where they are labelled as in conflict, or both as in
conflict with a third. Seeded. Takes ten minutes on one core.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from low_rank import embed, resume, write_adapter
from numpy.typing import NDArray
from train_encoder import SEED, trainer

from tracker.embedding.merging import plain_base

STEPS, RATE = 280, 2e-4
EVENTS, TOLD = 6, 14
"""Events in a batch, and statements of each at most."""
CONTESTED = 0.75
"""The share of statements in a batch that another one answers, where there are as many."""
TEMPERATURE = 0.08
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Contested:
    """An event's statements as the encoder sees them, and which two answer the same question.

    Of those, which contradict each other (`clash`); and by whom each is put forward.
    """

    texts: Sequence[str]
    alike: NDArray[np.bool_]
    clash: NDArray[np.bool_]
    parties: Sequence[str]


def read_contested(split: Path) -> Iterator[Contested]:
    """The events of a labelled split in which anything is contested."""
    statements = list(_rows(split / "statements.jsonl"))
    against: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(split / "conflicts.jsonl"):
        against[row["a"]].add(row["b"])
        against[row["b"]].add(row["a"])
    events: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in statements:
        if one["event"]:
            events[one["event"]].append(one)
    for members in events.values():
        clash = np.array([[other["id"] in against[one["id"]] for other in members] for one in members])
        alike = clash | (clash.astype(int) @ clash.astype(int) > 0)
        np.fill_diagonal(alike, val=False)
        if len(members) >= _FEWEST and alike.any():
            parties = [one["party"] for one in members]
            texts = [f"{party}: {one['quote']}" for party, one in zip(parties, members, strict=True)]
            yield Contested(texts, alike, clash, parties)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def drawn(chance: random.Random, events: Sequence[Contested]) -> list[tuple[Contested, int]]:
    """A batch: some events, and of each some statements by their places."""
    chosen = chance.sample(events, min(EVENTS, len(events)))
    return [(event, row) for event in chosen for row in _drawn(chance, event)]


def alike_of(batch: Sequence[tuple[Contested, int]]) -> torch.Tensor:
    """Which two of a batch answer one question: shape (statements, statements)."""
    return torch.tensor([[one is other and bool(one.alike[a, b]) for other, b in batch] for one, a in batch])


def together_of(batch: Sequence[tuple[Contested, int]]) -> torch.Tensor:
    """Which two of a batch are of one event: shape (statements, statements)."""
    return torch.tensor([[one is other for other, _ in batch] for one, _ in batch])


def _drawn(chance: random.Random, event: Contested) -> list[int]:
    answered = [row for row in range(len(event.texts)) if event.alike[row].any()]
    alone = [row for row in range(len(event.texts)) if not event.alike[row].any()]
    chance.shuffle(answered)
    chance.shuffle(alone)
    taken = answered[: int(TOLD * CONTESTED)]
    return taken + alone[: TOLD - len(taken)]


def question_loss(vectors: torch.Tensor, alike: torch.Tensor, together: torch.Tensor) -> torch.Tensor:
    """Each with those that answer its question, against the others of its event.

    Other events are left out: the claim encoder tells them apart already.
    """
    likeness = vectors @ vectors.T / TEMPERATURE
    outside = torch.eye(len(vectors), dtype=torch.bool) | ~together
    share = likeness - torch.logsumexp(likeness.masked_fill(outside, -1e9), dim=1, keepdim=True)
    partners = alike.sum(1)
    return -((share * alike).sum(1) / partners.clamp(min=1))[partners > 0].mean()


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("start", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--labelled", type=Path, nargs="+", required=True)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    events = [event for folder in arguments.labelled for event in read_contested(folder)]
    print(f"{len(events)} events with questions that are answered differently")
    encoder = plain_base()
    step = trainer(encoder, STEPS, RATE)
    resume(encoder, arguments.start)
    for _ in range(STEPS):
        batch = drawn(chance, events)
        vectors = embed(encoder, [event.texts[row] for event, row in batch])
        step(question_loss(vectors, alike_of(batch), together_of(batch)))
    write_adapter(encoder, arguments.out)


if __name__ == "__main__":
    main()
