"""Which files a path stands for."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from tracker.domain.errors import ReadingError


def suffix_of(path: Path, known: Collection[str]) -> str | None:
    """The known suffix that a file's name ends in, whatever its case; the longest if there are several."""
    name = path.name.lower()
    fitting = [suffix for suffix in known if name.endswith(suffix) and len(name) > len(suffix)]
    return max(fitting, key=len, default=None)


def name_of(path: Path) -> str:
    """A path as it stands in messages: bytes of it that are no UTF-8 as escapes, which any output takes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def files_in(folder: Path, known: Collection[str]) -> Iterator[Path | ReadingError]:
    """The files with a known suffix in a folder and its folders, in the order of their names.

    Hidden files and folders are left out, and links to folders are not followed, so no loop is
    possible. A folder that may not be listed gives an error; so does one without any such file.
    """
    found = False
    for path in _walk(folder):
        if isinstance(path, ReadingError) or suffix_of(path, known) is not None:
            found = True
            yield path
    if not found:
        yield ReadingError(name_of(folder), f"holds no file that can be read ({', '.join(sorted(known))})")


def _walk(folder: Path) -> Iterator[Path | ReadingError]:
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path.is_dir() and (path == folder or not path.is_symlink()):
            try:
                names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - the names, not the paths
            except OSError as error:
                yield ReadingError(name_of(path), error.strerror or str(error))
                continue
            waiting.extend(path / name for name in names if not name.startswith("."))
        elif path.is_file():
            yield path
