from lxml import html
from rooms import Reader

from tracker.domain.decisions import EventGrade, Reliability
from tracker.web.help import GRADES, RELIABILITIES


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_grade_and_letter_is_explained(read: Reader) -> None:
    assert set(GRADES) == set(EventGrade)
    assert set(RELIABILITIES) == set(Reliability)
    page = read("/help")
    told = words(page)
    for name, meaning in (*GRADES.values(), *RELIABILITIES.values()):
        assert name in told
        assert meaning in told


def test_every_link_of_the_contents_leads_to_a_part(read: Reader) -> None:
    page = read("/help")
    anchors = page.xpath("//nav[@class='contents']//a/@href")
    assert len(anchors) == 9
    for anchor in anchors:
        assert page.get_element_by_id(anchor.removeprefix("#")) is not None


def test_the_keys_are_listed(read: Reader) -> None:
    keys = {words(key) for key in read("/help").xpath("//dl[@class='keys']//kbd")}
    assert keys == {*"jkocxumsgnz/?", "Enter", "Shift+m", "Shift+z"}
