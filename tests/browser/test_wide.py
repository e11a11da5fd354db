"""What is wider than a phone says so at a glance."""

from tests.factories import alliances as make

STYLE = """box => [getComputedStyle(box).backgroundAttachment, getComputedStyle(box, "::before").content]"""


def test_what_scrolls_sideways_shows_that_there_is_more(visit, cast):
    sample = make.WaterSampleFactory(organisation=cast.partner)
    page = visit(cast.town, size="phone").open(sample.section.river.get_absolute_url())
    chart, table = page.locator(".chartbox").first, page.locator(".scroller").first

    assert chart.evaluate("box => box.scrollWidth > box.clientWidth")
    assert chart.evaluate(STYLE) == ["local, local, scroll, scroll", '"左右滑动查看全图"']
    assert table.evaluate(STYLE)[0] == "local, local, scroll, scroll"
