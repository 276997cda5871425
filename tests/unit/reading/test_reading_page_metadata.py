import pytest
from trafilatura import load_html

from tracker.reading.page_metadata import language_claimed, published_on
from tracker.reading.paragraphs import HTML_BLOCKS, HTML_DROPPED, Element, one_line, paragraphs_of

LINKED_DATA = """<script type="application/ld+json">{"@graph": [
    {"@type": "WebSite", "datePublished": "2001-01-01"},
    {"@type": ["NewsArticle"], "datePublished": "2020-01-06"}
]}</script>"""


def tree_of(head: str = "", body: str = "<p>x</p>", attributes: str = "") -> Element:
    tree = load_html(f"<html {attributes}><head>{head}<title>t</title></head><body>{body}</body></html>")
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (
            '<meta property="article:published_time" content="2020-01-06T12:00:00+02:00">',
            "2020-01-06T12:00:00+02:00",
        ),
        ('<meta name="DC.date.issued" content="2020-01-06">', "2020-01-06T00:00:00+00:00"),
        ('<meta itemprop="datePublished" content="2020-01-06T08:00:00Z">', "2020-01-06T08:00:00+00:00"),
        ('<meta name="date" content="Mon, 06 Jan 2020 12:00:00 GMT">', "2020-01-06T12:00:00+00:00"),
        ('<meta name="date" content="soon">', None),
        ('<meta property="article:modified_time" content="2020-01-06">', None),
        (
            LINKED_DATA,
            "2020-01-06T00:00:00+00:00",
        ),
        ('<script type="application/ld+json">{"datePublished": </script>', None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", None),
    ],
)
def test_dates_come_from_metadata(head: str, published: str | None) -> None:
    assert published_on(tree_of(head)) == published


def test_a_marked_time_in_the_page_counts_and_a_copyright_year_does_not() -> None:
    assert published_on(tree_of(body='<time datetime="2020-01-06" pubdate>Monday</time>')) is not None
    assert published_on(tree_of(body='<time datetime="2020-01-06">Monday</time><p>© 2018 News</p>')) is None


def test_the_language_is_claimed_by_the_root_or_by_metadata() -> None:
    assert language_claimed(tree_of(attributes='lang="tr-TR"')) == "tr-TR"
    assert language_claimed(tree_of('<meta property="og:locale" content="ar_LY">')) == "ar_LY"
    assert language_claimed(tree_of()) is None


def test_blocks_become_paragraphs_and_scripts_nothing() -> None:
    body = (
        "Before<p>One <b>bold</b>\n word.</p><ul><li>Two</li><li>Three</li></ul>"
        "<script>x()</script>after<br>that"
    )
    assert paragraphs_of(tree_of(body=body), HTML_BLOCKS, HTML_DROPPED) == (
        "Before\n\nOne bold word.\n\nTwo\n\nThree\n\nafter\n\nthat"
    )


def test_a_very_deep_tree_is_walked_to_its_end() -> None:
    depth = 200
    body = "<div>a" * depth + "</div>b" * depth
    assert one_line(paragraphs_of(tree_of(body=body), HTML_BLOCKS)).count("b") == depth
