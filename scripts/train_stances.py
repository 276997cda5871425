"""Train the stance encoder and its head (stance_adapter.safetensors, stance_model.npz).

    .venv/bin/python scripts/train_stances.py tracker/embedding/question_adapter.safetensors \
        tracker/embedding/stance_adapter.safetensors tracker/conflicts/stance_model.npz \
        --labelled ../shared/eval/train/* scripts/corpora/*/ scripts/voices/*/ \
        scripts/later/{chancelleries,harbours,coastline,crossings,decade,frontlines,wells,agreements,brigades}

Goes on from the question encoder, which draws together what answers one question, whatever the answer. Here a
head reads from the vectors of two statements whether they contradict each other, agree (both are labelled as
in conflict with a third) or do neither: by few directions of the vectors, each of which counts for or against
where both point the same way, and by their cosine (a bilinear form of low rank). All pairs of a batch are
learned from at once, at the price of reading each statement once. Beside it the loss of the question encoder
is kept, so that the cosine goes on to mean what it did. Seeded. Takes half an hour on one core.
"""

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from low_rank import embed, resume, write_adapter
from torch import nn
from train_encoder import SEED, trainer
from train_questions import Contested, alike_of, drawn, question_loss, read_contested, together_of

from tracker.embedding.merging import plain_base

STEPS, RATE, RATE_OF_HEAD = 600, 2e-4, 5e-3
DIRECTIONS = 96
"""Numbers that stand for the stance of one statement."""
WEIGHT_OF_QUESTIONS = 0.5
WEIGHTS = (1.6, 1.6, 0.6)
"""What a pair counts that contradicts, agrees, does neither: the last are by far the most."""
SHARPNESS, STEEPNESS = 5.0, 3.0  # by which a vector's numbers, and a product of stances, are brought near one
_NOT_TOLD = -1  # two statements of one party that are in no conflict, or of two events


class Stances(nn.Module):
    """From vectors to the logits of each relation for each two of them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.projection = nn.Parameter(torch.randn(DIRECTIONS, width) * 0.15)
        lean = torch.tensor([[-0.1], [0.1], [0.0]])  # to point the same way speaks for agreement at first
        self.weights = nn.Parameter(torch.randn(3, DIRECTIONS) * 0.1 + lean)
        self.likeness = nn.Parameter(torch.tensor([3.0, 3.0, -3.0]))
        self.start = nn.Parameter(torch.zeros(3))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Shape (statements, statements, 3)."""
        stances = vectors * SHARPNESS @ self.projection.T
        clash = torch.einsum("id,kd,jd->ijk", stances, self.weights, stances)
        cosines = (vectors @ vectors.T)[:, :, None]
        return clash * STEEPNESS / math.sqrt(DIRECTIONS) + cosines * self.likeness + self.start

    def write(self, path: Path) -> None:
        """As `tracker.conflicts.stances` reads it, the constants multiplied out."""
        with torch.no_grad(), path.open("wb") as file:
            np.savez(
                file,
                projection=(self.projection * SHARPNESS).half().numpy(),
                weights=(self.weights * STEEPNESS / math.sqrt(DIRECTIONS)).numpy(),
                likeness=self.likeness.numpy(),
                start=self.start.numpy(),
            )


def relations_of(batch: Sequence[tuple[Contested, int]]) -> torch.Tensor:
    """How each two statements stand to each other, above the diagonal: 0, 1, 2 as `Stances` has it."""
    relations = torch.full((len(batch), len(batch)), _NOT_TOLD)
    for row, (one, first) in enumerate(batch):
        for column, (other, second) in enumerate(batch[row + 1 :], row + 1):
            if one is not other:
                continue
            if one.clash[first, second]:
                relations[row, column] = 0
            elif one.parties[first] != one.parties[second]:
                relations[row, column] = 1 if one.alike[first, second] else 2
    return relations


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("start", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("head", type=Path)
    parser.add_argument("--labelled", type=Path, nargs="+", required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    events = [event for folder in arguments.labelled for event in read_contested(folder)]
    print(f"{len(events)} events with questions that are answered differently")
    encoder = plain_base()
    step = trainer(encoder, arguments.steps, RATE)
    resume(encoder, arguments.start)
    head = Stances(encoder.get_embedding_dimension())
    optimiser = torch.optim.Adam(head.parameters(), lr=RATE_OF_HEAD)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda done: max(0.03, 1 - done / arguments.steps)
    )
    counts = torch.tensor(WEIGHTS)
    for _ in range(arguments.steps):
        batch = drawn(chance, events)
        vectors, relations = embed(encoder, [event.texts[row] for event, row in batch]), relations_of(batch)
        told = relations != _NOT_TOLD
        loss = nn.functional.cross_entropy(head(vectors)[told], relations[told], weight=counts)
        questions = question_loss(vectors, alike_of(batch), together_of(batch))
        optimiser.zero_grad()
        step(loss + WEIGHT_OF_QUESTIONS * questions)
        optimiser.step()
        schedule.step()
    write_adapter(encoder, arguments.out)
    head.write(arguments.head)


if __name__ == "__main__":
    main()
