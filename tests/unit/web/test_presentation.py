import pytest

from tracker.domain.addresses import web_address
from tracker.language.direction import direction, language_tag
from tracker.web.presentation import grouped


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "rtl"),
        ("fa", "rtl"),
        ("ur", "rtl"),
        ("he", "rtl"),
        ("ar-LY", "rtl"),
        ("AR", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("tr", "ltr"),
        ("ru", "ltr"),
        ("arn", "ltr"),
        ("und", "auto"),
        ("", "auto"),
        ('ar" onclick="x', "auto"),
    ],
)
def test_direction_follows_the_language(language: str, expected: str) -> None:
    assert direction(language) == expected


@pytest.mark.parametrize("language", ["und", "", "x", "no language", "<ar>"])
def test_what_is_no_language_gets_an_empty_tag(language: str) -> None:
    assert language_tag(language) == ""


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://outlet.example/x",
        "//outlet.example/x",
        "https://",
        "http://[half",
        "https://outlet.example/a b",
        "https://outlet.example/\u202egpj.exe",
        "",
        None,
    ],
)
def test_only_plain_web_addresses_may_be_followed(url: str | None) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    "url", ["https://outlet.example/a?b=c#d", "http://خبر.example/١", "HTTPS://x.example"]
)
def test_web_addresses_may_be_followed(url: str) -> None:
    assert web_address(url) == url


def test_thousands_are_set_apart() -> None:
    assert grouped(1234567) == "1,234,567"
