"""What an index takes of memory, seen from processes of their own: started by benchmark_search.py.

    python scripts/search_memory.py ours FOLDER VECTORS.npy
    python scripts/search_memory.py hnswlib - VECTORS.npy

The index of this program is opened and searched, plainly and with filters; that of hnswlib is built. Then it
says "ready", and for a line of input it says in JSON by how many bytes the process has grown since its
libraries were imported: `resident` with what it shares with others, `private` without. It ends with another
line, so that several can be looked at side by side.
"""

import gc
import json
import sys
from pathlib import Path

import faiss
import numpy as np
from benchmark_model import MODEL

from tracker.index import FaissIndex

_SEARCHES = 600
_NARROW, _WIDE = 200, 28_000


def grown() -> dict[str, int]:
    """Bytes of this process: all that is in memory, and what no other process has a part in."""
    sums = {"resident": 0, "private": 0}
    for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "Rss":
            sums["resident"] += int(rest.split()[0]) * 1024
        elif name.startswith("Private_"):
            sums["private"] += int(rest.split()[0]) * 1024
    return sums


def main() -> None:
    """Measure one index."""
    kind, folder, file = sys.argv[1:]
    vectors = np.load(file, mmap_mode="r")
    queries = np.array(vectors[:: max(1, len(vectors) // _SEARCHES)][:_SEARCHES])
    warm_up(queries)
    gc.collect()
    before = grown()
    if kind == "ours":
        index = FaissIndex.open(Path(folder), MODEL)
        keys = index.keys()
        for number, query in enumerate(queries[:, np.newaxis]):
            index.search(query, 10)
            if number % 10 == 0:
                index.search(query, 10, keys[:_NARROW])
                index.search(query, 10, keys[:_WIDE])
        del keys
    else:
        import hnswlib  # type: ignore[import-untyped] # noqa: PLC0415 # compiled when installed

        graph = hnswlib.Index(space="ip", dim=vectors.shape[1])
        graph.init_index(max_elements=len(vectors), M=16, ef_construction=100, random_seed=1)
        graph.set_num_threads(1)
        for start in range(0, len(vectors), 1_000):
            graph.add_items(np.array(vectors[start : start + 1_000]))
        graph.knn_query(queries, 10)
    gc.collect()
    print("ready", flush=True)
    sys.stdin.readline()  # until the others are ready, too
    after = grown()
    print(json.dumps({name: after[name] - before[name] for name in after}), flush=True)
    sys.stdin.readline()


def warm_up(queries: np.ndarray) -> None:
    """Make FAISS and NumPy take what they take for themselves."""
    faiss.omp_set_num_threads(1)
    faiss.knn(queries, queries, 10, metric=faiss.METRIC_INNER_PRODUCT)


if __name__ == "__main__":
    main()
