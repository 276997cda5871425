"""Train the voice encoder (tracker/embedding/voice_adapter.safetensors).

    .venv/bin/python scripts/train_voices.py var/aligned.safetensors \
        tracker/embedding/voice_adapter.safetensors \
        --labelled ../shared/eval/train/* scripts/corpora/*/ scripts/voices/*/

Goes on from what `scripts/train_encoder.py align` wrote. The encoder reads a story window by window; of each
sentence it learns which of its candidates puts it forward (the logarithm of the probability of all candidates
of the right party), whether it is a statement, and whether that denies. Pieces and whole heads are left out
now and then, so that it leans on neither names nor outlets. Seeded. An hour and a half on two cores.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from low_rank import resume, write_adapter
from torch import nn
from train_encoder import SEED, trainer
from voice_examples import Example, Pieced, Sentence, examples

from tracker.domain.voices import ASKED, BORNE, DENIED, NAMED, PUT_FORWARD, ROLE, WIDTH
from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.merging import plain_base
from tracker.embedding.voice_encoder import HEAD_BIAS, HEAD_WEIGHT
from tracker.embedding.voice_windows import Windower
from tracker.statements.voices import SCALE

EPOCHS, BATCH, RATE = 20, 8, 5e-4
DROPPED = 0.1
"""Share of pieces, and of the numbers between layers, that are left out."""
HEADS = (0.6, 0.3, 0.1)
"""How often outlet and heading, the heading alone, and the outlet alone stand at the beginning."""
STATEMENT, DENIAL = 0.5, 0.3
"""What whether it is a statement, and whether it denies, count beside who speaks."""
_FIRST_SPREAD = 0.02


class Trainee:
    """The encoder with its head, and what they give for windows."""

    def __init__(self, aligned: Path) -> None:
        self.encoder: ClaimEncoder = plain_base()
        self.head = nn.Linear(self.encoder.get_embedding_dimension(), WIDTH)
        nn.init.normal_(self.head.weight, std=_FIRST_SPREAD)
        nn.init.zeros_(self.head.bias)
        self.aligned = aligned
        self.special = [self.encoder.pieces.begin, self.encoder.pieces.end]

    def start(self, steps: int) -> Callable[[torch.Tensor], None]:
        """Make it trainable; what takes a step."""
        step = trainer(self.encoder, steps, RATE, list(self.head.parameters()))
        resume(self.encoder, self.aligned)
        for name, module in self.encoder.layers.named_modules():
            if isinstance(module, nn.Dropout) and "attention.self" not in name:
                module.p = DROPPED
        self.encoder.layers.train()
        return step

    def numbers(self, windows: Sequence[Sequence[int]]) -> torch.Tensor:
        """The numbers of each piece: shape (windows, pieces, WIDTH)."""
        batch = self.encoder.batch(windows, max(map(self.encoder.padded, windows)))
        ids, mask = batch["input_ids"], batch["attention_mask"]
        kept = (torch.rand(ids.shape) >= DROPPED) | torch.isin(ids, torch.tensor(self.special))
        words = self.encoder.unpacked(ids) * kept.unsqueeze(-1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encoder.layers(inputs_embeds=words, attention_mask=mask).last_hidden_state
        given: torch.Tensor = self.head(hidden.float())
        return given

    def write(self, path: Path) -> None:
        """Write the adapter with the head."""
        write_adapter(self.encoder, path, {HEAD_WEIGHT: self.head.weight, HEAD_BIAS: self.head.bias})


class Batch:
    """Windows with their heads, and the numbers of their pieces."""

    def __init__(self, trainee: Trainee, parts: Sequence[Example], chance: random.Random) -> None:
        begin, end = trainee.special
        heads = [one.heads[chance.choices((0, 1, 2), HEADS)[0]] for one in parts]
        windows = [(begin, *head, end, *one.ids[1:]) for head, one in zip(heads, parts, strict=True)]
        numbers = trainee.numbers(windows)
        nothing = torch.zeros_like(numbers[:, :1])
        self._sums = torch.cat([nothing, numbers.cumsum(1)], 1)
        self._behind = [len(head) + 1 for head in heads]
        self.told = [(row, one) for row, part in enumerate(parts) for one in part.sentences]

    def means(self, places: Sequence[tuple[int, Pieced]]) -> torch.Tensor:
        """The mean numbers of pieces (row, from, to): shape (places, WIDTH)."""
        rows = torch.tensor([row for row, _ in places])
        first = torch.tensor([self._behind[row] + one[0] for row, one in places])
        end = torch.tensor([self._behind[row] + one[1] for row, one in places])
        return (self._sums[rows, end] - self._sums[rows, first]) / (end - first).unsqueeze(1)


def loss_of(batch: Batch) -> torch.Tensor:
    """How far the numbers of a batch are from what is right."""
    own = batch.means([(row, one.own) for row, one in batch.told])
    statement = torch.tensor([float(one.is_statement) for _, one in batch.told])
    loss = STATEMENT * nn.functional.binary_cross_entropy_with_logits(own[:, PUT_FORWARD], statement)
    is_one = statement > 0
    if is_one.any():
        denies = torch.tensor([float(one.denies) for _, one in batch.told])
        loss = loss + DENIAL * nn.functional.binary_cross_entropy_with_logits(
            own[is_one, DENIED], denies[is_one]
        )
    surprises = list(_surprises(batch, own))
    return loss + torch.stack(surprises).mean() if surprises else loss


def _surprises(batch: Batch, own: torch.Tensor) -> Iterator[torch.Tensor]:
    """For each statement that has a candidate of the right party, how unlikely that party seems."""
    named = [(row, like.named or (0, 1)) for row, one in batch.told for like in one.among]
    words, begin = batch.means(named), 0
    for number, (_, one) in enumerate(batch.told):
        end = begin + len(one.among)
        if any(like.is_right for like in one.among):
            scores = _scores(own[number], words[begin:end], one)
            right = torch.tensor([like.is_right for like in one.among])
            yield torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0)
        begin = end


def _scores(own: torch.Tensor, words: torch.Tensor, sentence: Sentence) -> torch.Tensor:
    roles = torch.tensor([like.origin for like in sentence.among])
    has_name = torch.tensor([float(like.named is not None) for like in sentence.among])
    pointed = SCALE * words[:, NAMED] @ own[ASKED] + words[:, BORNE][torch.arange(len(roles)), roles]
    return own[ROLE][roles] + has_name * pointed


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("aligned", type=Path, help="adapter to go on from")
    parser.add_argument("out", type=Path)
    parser.add_argument("--labelled", nargs="+", type=Path, required=True, metavar="SPLIT")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    arguments = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    torch.manual_seed(SEED)
    trainee = Trainee(arguments.aligned)
    read = list(examples(arguments.labelled, Windower(trainee.encoder.pieces)))
    steps = int(arguments.epochs * len(read) / BATCH)
    print(f"{len(read)} windows, {steps} steps", flush=True)
    step, order = trainee.start(steps), list[int]()
    for _ in range(steps):
        if len(order) < BATCH:
            order += chance.sample(range(len(read)), len(read))
        part, order = [read[number] for number in order[:BATCH]], order[BATCH:]
        step(loss_of(Batch(trainee, part, chance)))
    trainee.write(arguments.out)


if __name__ == "__main__":
    main()
