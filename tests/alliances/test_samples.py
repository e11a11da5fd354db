"""Water samples: the class follows the readings; what no laboratory can have found is refused at its field."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.forms.rivers import BELOW_DETECTION
from alliances.models import WaterSample
from alliances.selectors.samples import class_of
from alliances.services import samples as services
from tests.conftest import sign_in
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import DomainError, StaleVersion

pytestmark = pytest.mark.django_db
NEW = "/alliances/rivers/samples/new/"
KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f61"


def today():
    return timezone.localdate()


def body(cast, section, **readings) -> dict:
    return {
        "section": section.pk, "taken_on": str(today()), "organisation": cast.partner.pk, "idempotency_key": KEY,
    } | readings  # fmt: skip


def test_the_class_is_said_when_it_is_saved(cast):
    section = make.SectionFactory()
    client = sign_in(cast.liaison)

    page = client.post(NEW, body(cast, section, do="5.5", codmn="4.2", nh3n="0.62", tp="0.11"), follow=True)

    text = page.content.decode()
    for words in ("已保存，评价结果：Ⅲ类 良好。", "达标", "未测", "≤0.2", "6~9"):
        assert words in text


def test_the_same_readings_in_a_lake_are_five(cast):
    section = make.SectionFactory(river__body="lake")
    page = sign_in(cast.liaison).post(
        NEW, body(cast, section, do="5.5", codmn="4.2", nh3n="0.62", tp="0.11", tn="9"), follow=True
    )

    text = page.content.decode()
    for words in ("Ⅴ类 中度污染", "未达标", "总磷（超标 1.2 倍）", "劣Ⅴ类（不参评）"):
        assert words in text


def test_an_edit_changes_the_class(cast, refetch):
    sample = make.WaterSampleFactory(organisation=cast.partner)
    sent = body(cast, sample.section, taken_on=str(sample.taken_on), nh3n="2.01", version="1")

    page = sign_in(cast.liaison).post(reverse("alliances:sample_edit", args=[sample.pk]), sent, follow=True)

    assert "已保存，评价结果：劣Ⅴ类 重度污染。" in page.content.decode()
    assert class_of(refetch(sample)).used == ("nh3n",)


@pytest.mark.parametrize(
    ("readings", "field", "sentence"),
    [
        ({}, "__all__", "请至少填写一项监测数据；没有测的项目空着即可。"),
        ({"ph": "14.01"}, "ph", "pH不能大于 14，请核对检测报告。"),
        ({"nh3n": "-1"}, "nh3n", "氨氮不能小于 0，请核对检测报告。"),
        ({"tp": "0.1234"}, "tp", "总磷最多写 3 位小数，请按检测报告修约后填写。"),
        ({"cod": "很多"}, "cod", f"化学需氧量请写数字，例如 0.62；没有测就空着。{BELOW_DETECTION}"),
        ({"cod": "NaN"}, "cod", f"化学需氧量请写数字，例如 0.62；没有测就空着。{BELOW_DETECTION}"),
        ({"nh3n": "0.02L"}, "nh3n", f"氨氮请写数字，例如 0.62；没有测就空着。{BELOW_DETECTION}"),
        ({"do": "50.01"}, "do", "溶解氧不能大于 50，请核对检测报告。"),
        ({"do": "8", "taken_on": "2099-01-01"}, "taken_on", "采样日期不能晚于今天，请核对。"),
        ({"do": "8", "taken_on": "1999-01-01"}, "taken_on", "采样日期太早，请核对年份。"),
    ],
)
def test_wrong_input_is_named_at_its_field(cast, readings, field, sentence):
    page = sign_in(cast.liaison).post(NEW, body(cast, make.SectionFactory(), **{"source": "报告 12 号", **readings}))

    assert (page.status_code, page.context["form"].errors[field]) == (400, [sentence])
    assert "报告 12 号" in page.content.decode()
    assert WaterSample.objects.count() == 0


def test_zero_is_a_reading(cast):
    sign_in(cast.liaison).post(NEW, body(cast, make.SectionFactory(), nh3n="0"))

    assert WaterSample.objects.get().nh3n == Decimal(0)


def test_one_section_has_one_sample_a_day(cast):
    sample = make.WaterSampleFactory(organisation=cast.partner, taken_on=today())

    page = sign_in(cast.liaison).post(NEW, body(cast, sample.section, do="8"))

    assert page.status_code == 400
    assert page.context["form"].errors["taken_on"] == [
        "这个断面当天已有数据，请在原记录上修改；如在回收站中，请先恢复。"
    ]


def test_nobody_records_for_another_unit(cast):
    values = {"section": make.SectionFactory(), "organisation": cast.party, "taken_on": today(), "do": Decimal(8)}

    with pytest.raises(DomainError) as refusal:
        services.create_sample(values, by=cast.liaison)

    assert refusal.value.field == "organisation"


def test_a_sample_is_not_saved_over_another_hand(cast):
    sample = make.WaterSampleFactory(organisation=cast.partner)
    services.update_sample(sample, {"do": Decimal(6)}, by=cast.liaison, version=1)

    with pytest.raises(StaleVersion):
        services.update_sample(sample, {"do": Decimal(7)}, by=cast.liaison, version=1)


def test_the_list_says_class_target_and_pollutants(cast):
    make.WaterSampleFactory(organisation=cast.partner, nh3n=Decimal("2.01"), taken_on=date(2025, 5, 6))

    text = sign_in(cast.liaison).get("/alliances/rivers/samples/").content.decode()

    for words in ("劣Ⅴ类 重度污染", "氨氮（超标 1.01 倍）", "未达标", "Ⅲ类"):
        assert words in text


def test_a_removed_sample_no_longer_counts(cast):
    sample = make.WaterSampleFactory(organisation=cast.partner, taken_on=today() - timedelta(days=1))

    services.remove_sample(sample, by=cast.liaison)

    text = sign_in(cast.town).get(sample.section.get_absolute_url()).content.decode()
    assert "还没有水质数据，未评价" in text
