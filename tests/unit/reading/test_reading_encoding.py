import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_texts import ARABIC, BY_LANGUAGE, ENGLISH, RUSSIAN, TURKISH

from tracker.domain.errors import ReadingError
from tracker.reading.encoding import declared_encoding, decode, stream_encoding

LEGACY = [
    ("windows-1256", ARABIC),
    ("iso-8859-6", ARABIC),
    ("iso-8859-9", TURKISH.replace("’", "'")),
    ("windows-1254", TURKISH),
    ("windows-1251", RUSSIAN),
    ("koi8-r", "Представитель ведомства сообщил, что Самолёты не покидали базу."),
    ("iso-8859-5", "Представитель ведомства сообщил, что Самолёты не покидали базу."),
    ("cp866", "Представитель ведомства сообщил, что Самолёты не покидали базу."),
    ("windows-1252", ENGLISH),
    ("windows-1252", "Le porte-parole a démenti l'attaque, à l'aube, près de l'aéroport français."),
    ("windows-1252", "Der Sprecher wies die Vorwürfe zurück; für die Stadt gäbe es keine Gefahr."),
]


@pytest.mark.parametrize("text", BY_LANGUAGE.values())
def test_utf_8_is_read_with_and_without_its_mark(text: str) -> None:
    assert decode(text.encode("utf-8"), "x").text == text
    assert decode(codecs.BOM_UTF8 + text.encode("utf-8"), "x").text == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_read_by_their_mark(encoding: str) -> None:
    assert decode(ARABIC.encode(encoding), "x").text == ARABIC


@pytest.mark.parametrize(("encoding", "text"), LEGACY)
def test_legacy_encodings_are_told_apart(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "x").text == text


def test_one_sentence_is_enough_to_tell() -> None:
    for encoding, text in (
        ("windows-1256", "ونفت الوزارة الخبر."),
        ("windows-1254", "Bakanlık haberi yalanladı."),
        ("windows-1251", "Ведомство опровергло сообщение."),
    ):
        assert decode(text.encode(encoding), "x").text == text


def test_another_language_is_read_where_a_language_bears_the_guess_out() -> None:
    polish = "Rzecznik rządu oświadczył, że żołnierze nie weszli do miasta, a doniesienia są fałszywe."
    assert decode(polish.encode("windows-1250"), "x").text == polish


def test_another_script_is_not_taken_for_cyrillic() -> None:
    greek = "Ο εκπρόσωπος δήλωσε ότι οι μάχες συνεχίζονται και ότι η πόλη δεν έχει πέσει."
    assert decode(greek.encode("windows-1253"), "x").text == greek


def test_line_ends_stay_as_they_are() -> None:
    assert decode(b"one\r\ntwo\rthree\n", "x").text == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize(
    "data",
    [
        ARABIC.encode("utf-8")[:-1],
        TURKISH.encode("utf-8") + b" \xff",
        b"The army said \xff\xfe it had left the town.",
        b"The army said \xc3\x28 it had left the town.",
        # Both readings of the last name are well-formed words in windows-1252.
        "The envoy, Carlos Márquez, left the talks on Monday ".encode() + b"\xe9, the ministry said.",
        "利比亚政府军否认了这一消息。".encode("gb18030"),
        "قال".encode() + "قال".encode("windows-1256")[:2],
    ],
)
def test_damaged_utf_8_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(UnicodeDecodeError) as by_python:
        data.decode("utf-8")
    with pytest.raises(ReadingError) as caught:
        decode(data, "damaged.txt")
    assert caught.value.origin == "damaged.txt"
    assert caught.value.reason.startswith(f"invalid UTF-8 at byte {by_python.value.start}")


def test_damaged_utf_16_is_refused_with_its_place() -> None:
    with pytest.raises(ReadingError, match="invalid UTF-16 at byte 4"):
        decode(codecs.BOM_UTF16_LE + "a".encode("utf-16-le") + b"\x00\xdc", "x")


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4 some words", b"PK\x03\x04more", b"\x89PNG\r\n", b"words\x00words", bytes(range(1, 32)) * 4],
)
def test_binary_data_are_no_text(data: bytes) -> None:
    with pytest.raises(ReadingError, match="not a text file"):
        decode(data, "x")


def test_a_declaration_decides_where_the_bytes_agree() -> None:
    czech = "Mluvčí řekl, že útok nebyl."
    assert decode(czech.encode("iso-8859-2"), "x", "ISO-8859-2").text == czech


def test_a_declaration_does_not_overrule_the_bytes() -> None:
    assert decode(ARABIC.encode("utf-8"), "x", "windows-1256").text == ARABIC
    assert decode(ARABIC.encode("windows-1256"), "x", "iso-8859-1").text == ARABIC
    assert decode(TURKISH.encode("windows-1254"), "x", "latin1").text == TURKISH
    assert decode(RUSSIAN.encode("windows-1251"), "x", "utf-16").text == RUSSIAN
    assert decode(RUSSIAN.encode("windows-1251"), "x", "rot13").text == RUSSIAN


def test_declarations_are_found_in_html_and_xml() -> None:
    assert declared_encoding(b'<meta charset="windows-1256">') == "windows-1256"
    assert declared_encoding(b"<meta content='text/html; charset=ISO-8859-9'>") == "ISO-8859-9"
    assert declared_encoding(b"<?xml version='1.0' encoding='koi8-r'?>") == "koi8-r"
    assert declared_encoding(b"<p>charset") is None


def test_a_stream_of_damaged_utf_8_still_counts_as_utf_8() -> None:
    assert stream_encoding(ARABIC.encode("utf-8") + b"\xff", "x") == "utf-8"
    assert stream_encoding(TURKISH.encode("windows-1254"), "x") == "windows-1254"
    with pytest.raises(ReadingError, match="not a text file"):
        stream_encoding(b"a\x00b", "x")


def test_a_long_line_without_end_is_judged_quickly() -> None:
    data = b"a" * 3_000_000 + b" \xff"
    with pytest.raises(ReadingError, match="invalid UTF-8 at byte 3000001"):
        decode(data, "x")


def text_or_reason(data: bytes) -> tuple[str | None, str]:
    try:
        return decode(data, "x").text, ""
    except ReadingError as error:
        return None, error.reason


@settings(deadline=None)
@given(st.text())
def test_whatever_utf_8_says_is_what_comes_out(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    decoded, reason = text_or_reason(data)
    assert decoded == data.decode("utf-8").removeprefix("\ufeff") or "not a text file" in reason


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_raise_anything_but_a_reading_error(data: bytes) -> None:
    decoded, reason = text_or_reason(data)
    assert (decoded is None) == bool(reason)
