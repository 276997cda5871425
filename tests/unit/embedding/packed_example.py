"""A file of packed weights in small, written by the layout that the reader knows."""

import struct

import numpy as np

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁har", "bour", "▁")
REPLACED = {0xFB01: "fi", 0x00A0: " "}
WIDTH, LAYERS, HEADS, INNER, POSITIONS, TYPES = 32, 1, 2, 64, 16, 2


def packed_file(*, seed: int = 1) -> bytes:
    """One layer, 32 wide, seven pieces; random weights."""
    chance = np.random.default_rng(seed)
    begin = struct.pack(
        "<4sI7ifi", b"E5S1", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, TYPES, 1e-12, 32
    )
    head = begin + _tokenizer()
    shapes = _plain_shapes()
    plain = {name: chance.normal(0, 0.1, size).astype("<f4").tobytes() for name, size in shapes.items()}
    blocks = {name: _blocks(chance, size) for name, size in _block_shapes().items()}
    return head + _directory(len(head), plain, shapes, blocks, _block_shapes())


def _tokenizer() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, -1, -2, -3], dtype="<f4")
    blob = b"".join(texts)
    entries = b"".join(
        struct.pack("<IB", code, len(text)) + b"".join(struct.pack("<I", ord(one)) for one in text)
        for code, text in sorted(REPLACED.items())
    )
    head = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    return (
        head
        + offsets.tobytes()
        + scores.tobytes()
        + blob
        + struct.pack("<iI", len(REPLACED), len(entries))
        + entries
    )


def _plain_shapes() -> dict[str, int]:
    shapes = {"emb.pos": POSITIONS * WIDTH, "emb.type": TYPES * WIDTH, "emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
    for name, size in {"q": WIDTH, "k": WIDTH, "v": WIDTH, "ao": WIDTH, "fi": INNER, "fo": WIDTH}.items():
        shapes[f"l0.{name}.b"] = size
    for name in ("aln", "oln"):
        shapes |= {f"l0.{name}.w": WIDTH, f"l0.{name}.b": WIDTH}
    return shapes


def _block_shapes() -> dict[str, int]:
    square, wide = WIDTH * WIDTH, WIDTH * INNER
    names = {"q": square, "k": square, "v": square, "ao": square, "fi": wide, "fo": wide}
    return {"emb.word": len(PIECES) * WIDTH} | {f"l0.{name}.w": size for name, size in names.items()}


def _blocks(chance: np.random.Generator, weights: int) -> bytes:
    count = weights // 32
    scales = chance.uniform(0.01, 0.05, (count, 1)).astype("<f2").view(np.uint8)
    return np.concatenate([scales, chance.integers(0, 256, (count, 16), dtype=np.uint8)], axis=1).tobytes()


def _directory(
    start: int,
    plain: dict[str, bytes],
    plain_shapes: dict[str, int],
    blocks: dict[str, bytes],
    block_shapes: dict[str, int],
) -> bytes:
    contents = [(name, 0, plain_shapes[name], content) for name, content in plain.items()]
    contents += [(name, 1, block_shapes[name], content) for name, content in blocks.items()]
    size = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in contents)
    entries, body, offset = [struct.pack("<i", len(contents))], [], start + size
    for name, kind, count, content in contents:
        entries.append(struct.pack("<H", len(name)) + name.encode())
        entries.append(struct.pack("<BIQQ", kind, count, offset, len(content)))
        body.append(content)
        offset += len(content)
    return b"".join([*entries, *body])
