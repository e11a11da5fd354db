"""The parts of a compare page: what differs, in words, and what is sent again."""

from datetime import date, time

import pytest
from django import forms
from django.http import QueryDict

from yiqiao_portal.core.forms import CleanCharField, DateField, PortalForm, TimeField
from yiqiao_portal.core.views.conflict import compare, merged_post, parts, readable, typed
from yiqiao_portal.directory.models import ServiceLine


class Everything(PortalForm):
    """One field of each sort."""

    name = CleanCharField(label="名称", required=False)
    day = DateField(label="日期", required=False)
    at = TimeField(label="时间", required=False)
    count = forms.IntegerField(label="人数", required=False)
    open = forms.BooleanField(label="公开", required=False)
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "未选"), ("a", "甲"), ("b", "乙")])
    many = forms.MultipleChoiceField(label="多选", required=False, choices=[("a", "甲"), ("b", "乙")])
    lines = forms.ModelMultipleChoiceField(ServiceLine.objects.all(), label="服务线", required=False)
    file = forms.FileField(label="附件", required=False)
    version = forms.IntegerField(required=False)


@pytest.fixture
def lines(db):
    return list(ServiceLine.objects.all()[:2])


def saved(lines=(), **changes):
    """A form as it shows a saved row."""
    row = {"name": "旧名", "day": date(2026, 11, 20), "at": time(14, 30), "count": 0, "open": True, "kind": "a"}
    return Everything(initial=row | {"many": ["a", "b"], "lines": list(lines)} | changes)


def posted(text: str) -> QueryDict:
    return QueryDict(text)


def test_values_in_words(lines):
    words = {field.name: readable(field) for field in saved(lines)}

    assert words == {
        "name": "旧名",
        "day": "2026-11-20",
        "at": "14:30",
        "count": "0",
        "open": "是",
        "kind": "甲",
        "many": "甲、乙",
        "lines": "、".join(line.name for line in lines),
        "file": "",
        "version": "",
    }


def test_nothing_in_words(db):
    empty = saved(name=None, day=None, at=None, count=None, open=None, kind=None, many=None)

    assert {readable(field) for field in empty} == {""}


def test_the_same_typed_and_saved_is_no_difference(lines):
    data = "name=旧名&day=2026-11-20&at=14:30&count=0&open=on&kind=a&many=a&many=b&version=3"
    data += "".join(f"&lines={line.pk}" for line in lines)

    assert compare(saved(lines), Everything(posted(data))) == []


def test_what_differs_is_shown_with_dashes_for_nothing(lines):
    mine = Everything(posted(f"name=新名&count=7&kind=b&many=b&lines={lines[0].pk}"))

    assert {row["field"]: (row["label"], row["theirs"], row["mine"]) for row in compare(saved(lines), mine)} == {
        "name": ("名称", "旧名", "新名"),
        "day": ("日期", "2026-11-20", "--"),
        "at": ("时间", "14:30", "--"),
        "count": ("人数", "0", "7"),
        "open": ("公开", "是", "否"),
        "kind": ("类别", "甲", "乙"),
        "many": ("多选", "甲、乙", "乙"),
        "lines": ("服务线", "、".join(line.name for line in lines), lines[0].name),
    }


def test_values_that_cannot_be_are_shown_as_typed(lines):
    mine = Everything(posted("name=旧名&day=20日&at=25:00&count=七&open=on&kind=z&many=z&lines=0"))
    words = {row["field"]: row["mine"] for row in compare(saved(lines), mine)}

    assert words == {"day": "20日", "at": "25:00", "count": "七", "kind": "z", "many": "z", "lines": "--"}


def test_files_and_the_machinery_are_no_parts(db):
    assert set(parts(saved())) == {"name", "day", "at", "count", "open", "kind", "many", "lines"}


def test_all_that_was_typed_is_sent_again_but_the_machinery():
    data = posted("name=a&many=a&many=b&csrfmiddlewaretoken=x&version=3&idempotency_key=k&other=o")

    assert typed(data) == [("name", "a"), ("many", "a"), ("many", "b"), ("other", "o")]


class Page:
    """The view's side of merged_post."""

    def __init__(self, form):
        self._form = form

    def get_form(self):
        return self._form


def merged(text: str, lines=(), **changes) -> dict:
    return dict(merged_post(Page(saved(lines, **changes)), posted(text)).lists())


def test_without_a_choice_the_post_stays_as_it_is():
    data = posted("name=新名&take_name=mine")

    assert merged_post(Page(None), data) is data


def test_what_was_given_up_is_replaced_by_what_is_saved(lines):
    names = ["name", "day", "at", "count", "open", "kind", "many", "lines"]
    text = "name=新名&day=2026-01-01&count=9&many=b&kind=b&" + "&".join(f"take_{name}=theirs" for name in names)

    found = merged(text, lines)

    assert {name: found[name] for name in names} == {
        "name": ["旧名"],
        "day": ["2026-11-20"],
        "at": ["14:30"],
        "count": ["0"],
        "open": ["True"],
        "kind": ["a"],
        "many": ["a", "b"],
        "lines": [str(line.pk) for line in lines],
    }


def test_what_is_saved_empty_is_sent_empty(db):
    text = "name=新名&day=2026-01-01&open=on&take_name=theirs&take_day=theirs&take_open=theirs"

    found = merged(text, name="", day=None, open=False)

    assert not {"name", "day", "open"} & set(found)


def test_a_merged_post_is_valid_and_means_what_is_saved(lines):
    names = ["name", "day", "at", "count", "open", "kind", "many", "lines"]

    form = Everything(merged_post(Page(saved(lines)), posted("&".join(f"take_{name}=theirs" for name in names))))

    assert form.is_valid()
    assert compare(saved(lines), form) == []


@pytest.mark.parametrize("name", ["unknown", "clean", "version", "file", "", "__init__"])
def test_other_names_are_not_heeded(db, name):
    assert merged(f"name=新名&take_{name}=theirs")["name"] == ["新名"]
