"""Measure embedding models: likeness across languages, finding translations, speed, and fidelity.

    .venv/bin/python scripts/measure_encoder.py ../shared/data [--models NAME ...] [--sts17 FOLDER]

Prints for each model Spearman's correlation with people's judgements on the multilingual STS benchmark (the
first sentence in one language, the second in another), the share of Tatoeba translations found, and, for the
default model, the speed and fidelity of its fast precision beside sentence-transformers in float32. STS17 is
measured where its files (STS.input.track*.txt and STS.gs.track*.txt) are in a folder.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sentence_transformers import SentenceTransformer

from tracker.embedding import load_embedder, own_models, universal_model
from tracker.embedding.claim_encoder import ClaimEncoder
from tracker.embedding.merging import merged_folder
from tracker.embedding.naming import BASE_MODEL

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
Scored = list[tuple[str, str, float]]

LANGUAGES = ("en", "ar", "tr", "ru")
TATOEBA = {"ar": "ara", "tr": "tur", "ru": "rus"}
STS17_TRACKS = {
    "ar-ar": "track1.ar-ar",
    "ar-en": "track2.ar-en",
    "en-en": "track5.en-en",
    "tr-en": "track6.tr-en",
}
TOP = 10


def benchmark_pairs(path: Path) -> Iterator[tuple[str, Scored]]:
    """Pairs of the multilingual STS benchmark within each language, and of each other one with English."""
    rows: dict[str, Scored] = {language: [] for language in LANGUAGES}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["lang"] in rows:
                rows[row["lang"]].append((row["stsb_test_1"], row["stsb_test_2"], float(row["score"])))
    for language in LANGUAGES:
        yield f"{language}-{language}", rows[language]
    for language in LANGUAGES[1:]:
        own, english = rows[language], rows["en"]
        # Some languages lack a few pairs: the run of scores tells which.
        ours, theirs = ([round(pair[2], 3) for pair in side] for side in (own, english))
        blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
        yield (
            f"{language}-en",
            [
                (own[block.a + step][0], english[block.b + step][1], english[block.b + step][2])
                for block in blocks
                for step in range(block.size)
            ],
        )


def sts17_pairs(folder: Path) -> Iterator[tuple[str, Scored]]:
    """The tracks of SemEval-2017 task 1 in these languages."""
    for name, track in STS17_TRACKS.items():
        texts = (folder / f"STS.input.{track}.txt").read_text(encoding="utf-8").splitlines()
        scores = (folder / f"STS.gs.{track}.txt").read_text(encoding="utf-8").split()
        pairs: Scored = []
        for text, score in zip(texts, scores, strict=True):
            one, other = text.split("\t")[:2]
            pairs.append((one, other, float(score)))
        yield f"sts17 {name}", pairs


def correlation(encode: Encode, pairs: Scored) -> float:
    """Spearman's correlation of cosines with judgements."""
    ones, others = encode([one for one, _, _ in pairs]), encode([other for _, other, _ in pairs])
    return float(spearmanr(np.sum(ones * others, axis=1), [pair[2] for pair in pairs])[0])


def translations_found(encode: Encode, data: Path, language: str) -> float:
    """The share of Tatoeba sentences whose nearest English sentence is their translation."""
    stem = data / "tatoeba" / f"tatoeba.{TATOEBA[language]}-eng"
    own, english = (
        encode(Path(f"{stem}.{ending}").read_text(encoding="utf-8").splitlines())
        for ending in (TATOEBA[language], "eng")
    )
    return float(np.mean(np.argmax(own @ english.T, axis=1) == np.arange(len(own))))


def remembering(encode: Encode) -> Encode:
    """The same, with each text encoded once."""
    known: dict[str, Vectors] = {}

    def encoded(texts: Sequence[str]) -> Vectors:
        new = sorted(set(texts) - set(known))
        known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return encoded


def measure_model(name: str, data: Path, sts17: Path | None) -> None:
    """Print one model's figures."""
    encode = remembering(load_embedder(name).encode)
    pairs = list(benchmark_pairs(data / "stsb" / "mstsb_test.csv"))
    pairs += list(sts17_pairs(sts17)) if sts17 else []
    figures = {kind: correlation(encode, found) for kind, found in pairs}
    figures |= {f"tatoeba {one}": translations_found(encode, data, one) for one in TATOEBA}
    print(name, *(f"{kind} {figure:.3f}" for kind, figure in figures.items()), sep="\n  ")


def measure_speed(texts: Sequence[str], threads: int) -> None:
    """Print speed and fidelity of the default model beside plain sentence-transformers in float32."""
    torch.set_num_threads(threads)
    folder = str(merged_folder(Path("var") / "models", own_models.CLAIMS))
    plain = SentenceTransformer(modules=[ClaimEncoder.load(folder)], device="cpu")
    fast = load_embedder(own_models.CLAIMS.name, Path("var") / "models")
    fast.load()
    times: Mapping[str, list[float]] = {"plain": [], "fast": []}
    found: dict[str, Vectors] = {}
    ways: Mapping[str, Encode] = {
        "plain": lambda some: np.asarray(plain.encode(list(some))),
        "fast": fast.encode,
    }
    for _ in range(3):
        for way, encode in ways.items():
            begun = time.process_time()
            found[way] = encode(texts)
            times[way].append(time.process_time() - begun)
    cosines = np.sum(found["plain"] * found["fast"], axis=1)
    rates = {way: len(texts) / float(np.median(times[way])) for way in times}
    times_faster = rates["fast"] / rates["plain"]
    print(f"plain {rates['plain']:.0f}/s, fast {rates['fast']:.0f}/s: {times_faster:.2f} times")
    print(f"cosine: mean {cosines.mean():.5f}, least {cosines.min():.5f}")
    print(f"nearest {TOP} the same: {same_neighbours(found['plain'], found['fast']):.3f}")


def same_neighbours(ones: Vectors, others: Vectors) -> float:
    """The share of each text's nearest that both have."""
    nearest = []
    for vectors in (ones, others):
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -2)
        nearest.append(np.argsort(-likeness, axis=1)[:, :TOP])
    return float(np.mean([len(set(a) & set(b)) / TOP for a, b in zip(*nearest, strict=True)]))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    names = [own_models.CLAIMS.name, BASE_MODEL, universal_model.NAME]
    parser.add_argument("--models", nargs="*", default=names)
    parser.add_argument("--sts17", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    for name in arguments.models:
        measure_model(name, arguments.data, arguments.sts17)
    news = (arguments.data / "ntrex" / "newstest2019-src.eng.txt").read_text(encoding="utf-8").splitlines()
    measure_speed(list(dict.fromkeys(news))[:1000], arguments.threads)


if __name__ == "__main__":
    main()
