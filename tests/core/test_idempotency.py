"""A form that arrives twice makes one row (CON-4; in parallel: tests/activities/test_parallel.py)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tests.activities.typed import typed
from tests.factories.activities import ActivityFactory, ExplanationFactory
from yiqiao_portal.activities.models import Activity, Explanation
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.idempotency import OtherContent, content_digest, create_once, made_with, read_key
from yiqiao_portal.core.models import CreateKey
from yiqiao_portal.places.models import Place

KEY = UUID("5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f11")


def once(user, key=KEY, model=Activity, create=ActivityFactory):
    return create_once(by=user, key=key, model=model, create=create)


def never():
    raise AssertionError("made a second time")


@pytest.mark.parametrize("value", [str(KEY), str(KEY).upper(), KEY.hex, f"{{{KEY}}}", KEY])
def test_a_key_in_any_way_of_writing(value):
    assert read_key(value) == KEY


@pytest.mark.parametrize(
    "value", [None, "", " ", "abc", "5f0c7c1e", "x" * 10_000, "\x00", "🌉" * 32, str(KEY) + "0", 7, []]
)
def test_what_is_no_key(value):
    with pytest.raises(DomainError, match="页面已过期") as refusal:
        read_key(value)

    assert refusal.value.status == 400


def test_the_second_time_finds_the_first_row(cast):
    first = once(cast.branch)

    assert once(cast.branch, create=never) == first
    assert (Activity.objects.count(), CreateKey.objects.count()) == (1, 1)


def test_another_key_or_user_makes_another(cast):
    rows = {once(cast.branch).pk, once(cast.branch, key=uuid4()).pk, once(cast.town).pk}

    assert (len(rows), CreateKey.objects.count()) == (3, 3)


def test_a_refused_row_leaves_the_key_free(cast):
    def refuse():
        ActivityFactory()
        raise DomainError("日期不对，请核对。")

    with pytest.raises(DomainError, match="日期不对"):
        once(cast.branch, create=refuse)

    assert (Activity.objects.count(), CreateKey.objects.count()) == (0, 0)
    assert once(cast.branch).pk


def test_a_row_in_the_recycle_bin_is_still_found(cast):
    row = once(cast.branch)
    recycle.remove(row, by=cast.branch, action="activity.remove")

    assert once(cast.branch, create=never) == row


def test_a_row_that_is_gone_for_good_is_not_made_again(cast):
    once(cast.branch).delete()

    with pytest.raises(DomainError, match="已提交过") as refusal:
        once(cast.branch, create=never)

    assert refusal.value.status == 409


def test_a_key_used_for_another_form_is_refused_and_the_first_form_still_finds_its_row(cast):
    row = once(cast.branch)

    with pytest.raises(DomainError, match="页面已过期"):
        once(cast.branch, model=Explanation, create=ExplanationFactory)

    assert (Explanation.objects.count(), once(cast.branch, create=never)) == (0, row)


# --- the same key, another content ---


def digest(text: str, *files: bytes) -> str:
    sent = [SimpleUploadedFile("照片.jpg", content) for content in files]
    return content_digest(QueryDict(text), MultiValueDict({"photos": sent} if sent else {}))


def test_a_digest_is_of_what_was_typed_and_chosen():
    same = [digest("a=1&b=2&b=3"), digest("b=2&b=3&a=1&csrfmiddlewaretoken=x&idempotency_key=y")]
    others = [digest("a=1&b=3&b=2"), digest("a=12&b=&b=3"), digest(""), digest("a=1&b=2&b=3", b"x")]
    others += [digest("a=1&b=2&b=3", b"y"), digest("a=1&b=2&b=3", b"x", b"")]

    assert len(set(same)) == 1
    assert len({*same, *others}) == 1 + len(others)


def test_a_file_is_still_read_from_its_beginning():
    file = SimpleUploadedFile("照片.jpg", b"abc")

    content_digest(QueryDict(""), MultiValueDict({"photos": [file]}))

    assert file.read() == b"abc"


def test_other_content_is_refused_and_makes_nothing(cast):
    row = create_once(by=cast.branch, key=KEY, model=Activity, create=ActivityFactory, digest="1")

    with pytest.raises(OtherContent, match="刚才已提交过") as refusal:
        create_once(by=cast.branch, key=KEY, model=Activity, create=never, digest="2")

    assert (refusal.value.status, Activity.objects.get()) == (409, row)
    assert create_once(by=cast.branch, key=KEY, model=Activity, create=never, digest="1") == row


def test_what_a_key_has_made(cast):
    def made(digest):
        found = made_with(by=cast.branch, key=KEY, model=Activity, digest=digest)
        return found and (found.row, found.same)

    assert made("1") is None
    row = create_once(by=cast.branch, key=KEY, model=Activity, create=ActivityFactory, digest="1")
    assert (made("1"), made("2")) == ((row, True), (row, False))
    assert made_with(by=cast.town, key=KEY, model=Activity) is None


@pytest.fixture
def sent(cast, client_for):
    """The form of a new place, sent with the same key each time unless told otherwise."""
    client = client_for(cast.branch)
    return lambda name, key=KEY: client.post(
        reverse("places:new"), {"name": name, "area": cast.area.pk, "idempotency_key": key}
    )


def test_other_content_stays_in_the_form_with_a_new_key(sent):
    first = sent("一楼会议室")
    answer = sent("二楼会议室")

    row, text = Place.objects.get(), answer.content.decode()
    assert (first.url, answer.status_code, row.name) == (row.get_absolute_url(), 409, "一楼会议室")
    assert 'value="二楼会议室"' in text
    assert "建成了“一楼会议室”。这一次填写的内容不同，还没有保存" in text
    assert f'href="{row.get_absolute_url()}">打开刚才那条' in text
    assert str(KEY) not in text
    assert sent("二楼会议室", answer.context["idempotency_key"]).status_code == 302
    assert set(Place.objects.values_list("name", flat=True)) == {"一楼会议室", "二楼会议室"}


def test_other_content_with_a_mistake_shows_both(sent):
    sent("一楼会议室")
    answer = sent("")

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["name"])
    assert "建成了“一楼会议室”" in answer.content.decode()
    assert answer.context["idempotency_key"] != KEY


def test_the_same_content_leads_to_the_row_as_before(sent):
    assert [sent("一楼会议室").url, sent("一楼会议室").url] == [Place.objects.get().get_absolute_url()] * 2


# --- the same content under a new key: back in the browser, and sent again ---


@pytest.fixture
def again(cast, client_for):
    """The form of a theme day from a page that was fetched anew."""
    client = client_for(cast.branch)
    return lambda **changes: client.post(reverse("activities:create", args=["theme_day"]), typed(cast.party, **changes))


def test_a_second_row_of_the_same_content_is_asked_about(again):
    again()
    answer = again()

    row, text = Activity.objects.get(), answer.content.decode()
    assert (answer.status_code, answer.context["repeated"]) == (409, row)
    assert "您刚刚提交过一条内容相同的记录“清洁家园”，这一次没有保存。" in text
    assert f'href="{row.get_absolute_url()}">打开刚才那条' in text
    assert 'name="once_more" value="1"' in text
    assert "分组清理河道两岸。" in text


def test_who_ticks_makes_a_second_one(again):
    again()
    key = str(again().context["idempotency_key"])

    sent = [again(idempotency_key=key, once_more="1") for _ in "12"]

    assert ([answer.status_code for answer in sent], Activity.objects.count()) == ([302, 302], 2)


def test_other_content_is_not_asked_about(again):
    assert [again().status_code, again(title="植树").status_code] == [302, 302]


def test_what_was_removed_may_be_typed_again(cast, again):
    again()
    recycle.remove(Activity.objects.get(), by=cast.branch, action="activity.remove")

    assert again().status_code == 302


def test_of_another_user_nothing_is_said(cast, again, client_for):
    again()
    url = reverse("activities:create", args=["theme_day"])

    assert client_for(cast.town).post(url, typed(cast.party)).status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(9, 409), (11, 302)])
def test_after_ten_minutes_it_is_another_record(again, minutes, status):
    again()
    CreateKey.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))

    assert again().status_code == status
