import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reading.references import without_impossible


@pytest.mark.parametrize("code", ["0", "1", "x1b", "xD800", "xfffe", "x110000", "99999999999", "9" * 5_000])
def test_a_reference_to_no_character_becomes_the_replacement_character(code: str) -> None:
    assert without_impossible(f"a &#{code}; b") == "a &#65533; b"
    assert without_impossible(f"a &#{code} b") == "a &#65533; b"
    assert without_impossible(f"a &amp;#{code}; b") == "a &amp;#65533; b"


@given(st.characters(exclude_categories=("Cc", "Cs", "Cn")))
def test_a_reference_to_a_character_stays(character: str) -> None:
    for number in (f"{ord(character)}", f"x{ord(character):X}", f"00{ord(character)}"):
        markup = f"<p>&#{number};</p> &amp;#{number}; &#{number} &amp;amp;#{number};"
        assert without_impossible(markup) == markup


@given(st.text(alphabet="&#x;amp0123456789abcdefD8 ", max_size=40))
def test_no_control_or_half_pair_is_left_to_be_named(markup: str) -> None:
    shown = html.unescape(html.unescape(without_impossible(markup)))
    assert not any("\ud800" <= letter <= "\udfff" or letter < "\t" for letter in shown)
