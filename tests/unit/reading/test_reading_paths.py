from pathlib import Path

from tracker.domain.errors import ReadingError
from tracker.reading.paths import files_in, suffix_of

KNOWN = (".txt", ".warc", ".warc.gz")


def test_the_longest_known_suffix_counts_whatever_its_case() -> None:
    assert suffix_of(Path("a.WARC.gz"), KNOWN) == ".warc.gz"
    assert suffix_of(Path("a.Txt"), KNOWN) == ".txt"
    assert suffix_of(Path("a.gz"), KNOWN) is None
    assert suffix_of(Path(".txt"), KNOWN) is None


def test_known_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/y.txt", "c/d/e.TXT", "picture.png", ".hidden.txt", ".git/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [
        path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path, KNOWN) if isinstance(path, Path)
    ]
    assert found == ["a/y.txt", "a/z.txt", "b.txt", "c/d/e.TXT"]


def test_a_folder_without_such_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("x")
    (error,) = files_in(tmp_path, KNOWN)
    assert isinstance(error, ReadingError)
    assert error.origin == str(tmp_path)
    assert "holds no file that can be read" in error.reason


def test_a_link_back_does_not_go_round_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(files_in(tmp_path, KNOWN)) == [tmp_path / "a.txt"]
