"""The template tags: what a page shows for a value, a state, a link, an error; and that error pages need nothing."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import django_tables2 as tables
import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from yiqiao_portal.core.tags import Tag
from yiqiao_portal.core.templatetags import portal

NOTHING = (None, "", [], ())


def rendered(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


def page_at(query: str):
    return SimpleNamespace(GET=QueryDict(query))


class LoginForm(forms.Form):
    login = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)


class RecordForm(forms.Form):
    title = forms.CharField(label="主题", help_text="一句话")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    phone = forms.CharField(label="电话", required=False)
    late = forms.BooleanField(label="补录", required=False)

    def clean(self):
        raise forms.ValidationError("缺席人数比应到人数多，请核对。")


# --- values ---


@pytest.mark.parametrize("value", NOTHING)
def test_nothing_is_two_dashes(value):
    assert portal.dash(value) == "--"
    assert portal.show(value) == "--"
    assert portal.thousands(value) == "--"
    assert portal.money(value) == "--"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, 0),
        (True, "是"),
        (False, "否"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 6, 3, tzinfo=UTC), "2026-11-23 14:03"),
        (time(9, 5), "09:05"),
        ("渔浦社区", "渔浦社区"),
    ],
)
def test_show(value, shown):
    assert portal.show(value) == shown


def test_figures():
    assert portal.thousands(1284) == "1,284"
    assert portal.money(Decimal("1234.5")) == "1,234.50"


def test_a_state_is_word_shape_and_colour():
    html = portal.tag(Tag("待审核", "due"))
    assert html.startswith('<span class="tag tag-due"><svg class="ico" aria-hidden="true"')
    assert html.endswith('#i-clock"/></svg>待审核</span>')
    assert portal.show(Tag("待审核", "due")) == html
    assert portal.tag(None) == ""


def test_words_of_a_state_are_escaped():
    assert "<b>" not in portal.tag(Tag("<b>", "ok"))


def test_extra_tags_of_a_message():
    tags = "undo:/recycle/a.b/1/restore/ saved:/activities/new/"
    assert portal.marked(tags, "undo") == "/recycle/a.b/1/restore/"
    assert portal.marked(tags, "saved") == "/activities/new/"
    assert portal.marked("", "undo") == ""
    assert portal.marked(None, "undo") == ""


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/100 Safari/537", "Windows 电脑，谷歌内核浏览器"),
        ("Mozilla/5.0 (Linux; Android 11) Chrome/86 MicroMessenger/8.0", "安卓手机，微信"),
        ("curl/8", "未知设备，未知浏览器"),
    ],
)
def test_devices_in_words(agent, words):
    assert portal.device(agent) == words


# --- links ---


def test_query_changes_one_parameter_and_goes_to_page_one():
    context = {"request": page_at("q=护河&page=3&sort=-day")}
    assert portal.query(context, sort="day") == "?q=%E6%8A%A4%E6%B2%B3&sort=day"
    assert portal.query(context, page=2) == "?q=%E6%8A%A4%E6%B2%B3&sort=-day&page=2"
    assert portal.query(context, q=None) == "?sort=-day"


class Table(tables.Table):
    pick = tables.Column(attrs={"td": {"class": "pick"}}, orderable=False)
    title = tables.Column(verbose_name="名称", linkify=lambda record: "/x/", attrs={"a": {"class": "title"}})
    count = tables.Column(verbose_name="人数", attrs={"td": {"class": "num", "data-label": "人数"}})
    empty = tables.Column(verbose_name="备注", orderable=False)


@pytest.fixture
def table_html():
    request = RequestFactory().get("/list/", {"q": "护", "page": "2", "sort": "-count"})
    table = Table([{"pick": "", "title": "<甲>", "count": 3, "empty": None}], order_by="-count")
    return render_to_string("components/table.html", {"table": table, "page": {"title": "名单"}}, request=request)


def test_table_is_a_table_for_everybody(table_html):
    assert table_html.count('role="columnheader"') == 4
    assert table_html.count('role="rowheader" scope="row"') == 1
    assert re.search(r'<th role="rowheader" scope="row"><a [^>]*>&lt;甲&gt;</a></th>', table_html)
    assert '<td role="cell" class="num" data-label="人数">3</td>' in table_html
    assert '<caption class="visually-hidden">名单</caption>' in table_html
    assert '<td role="cell">—</td>' in table_html


def test_table_heads_sort_and_keep_the_filter(table_html):
    assert 'class="num" aria-sort="descending"' in table_html
    assert 'href="?q=%E6%8A%A4&amp;sort=count"' in table_html
    assert 'href="?q=%E6%8A%A4&amp;sort=title"' in table_html
    assert "page=2" not in table_html


# --- forms ---


@pytest.fixture
def wrong():
    return RecordForm({"title": ""}, prefix="r")


def test_errors_in_the_order_of_the_page(wrong):
    assert portal.collect_errors({"form": wrong}) == [
        ("", "", "缺席人数比应到人数多，请核对。"),
        ("id_r-title", "主题", "请填写主题。"),
        ("id_r-kind_0", "类型", "请填写类型。"),
    ]


def test_errors_of_rows_name_the_row():
    rows = forms.formset_factory(LoginForm, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-login": "a", "form-0-password": "b"}
    )
    found = portal.collect_errors({"formsets": [{"formset": rows}]})
    assert [(error.anchor, error.label) for error in found] == [
        ("id_form-1-login", "第 2 行 账号"),
        ("id_form-1-password", "第 2 行 密码"),
    ]


def test_an_unbound_form_has_no_errors():
    assert portal.collect_errors({"form": RecordForm()}) == []
    assert portal.collect_errors({}) == []


def test_field_says_label_hint_error_input_in_this_order(wrong):
    html = rendered("{% load crispy_forms_tags %}{{ form.title|as_crispy_field }}", form=wrong)
    places = [html.index(part) for part in ("主题</label>", "一句话", "请填写主题。", "<input")]
    assert places == sorted(places)
    assert 'aria-describedby="id_r-title_helptext id_r-title_error"' in html
    assert 'id="id_r-title_helptext"' in html
    assert 'id="id_r-title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "*" not in html


def test_only_optional_fields_are_marked(wrong):
    source = "{% load crispy_forms_tags %}{{ form.phone|as_crispy_field }}"
    assert "（选填）" in rendered(source, form=wrong)
    assert "（选填）" not in rendered(source.replace("phone", "title"), form=wrong)
    assert "（选填）" not in rendered(source.replace("phone", "late"), form=wrong)


def test_radio_buttons_stand_in_a_fieldset(wrong):
    html = rendered("{% load crispy_forms_tags %}{{ form.kind|as_crispy_field }}", form=wrong)
    assert "<legend>类型</legend>" in html
    assert html.count('<label class="choice"') == 2
    assert html.count('type="radio"') == 2


def test_summary_links_to_each_field(wrong):
    html = render_to_string("components/errsum.html", {"errors": portal.collect_errors({"form": wrong})})
    assert "有 3 处需要修改" in html
    assert '<a href="#id_r-title">请填写主题。</a>' in html


@pytest.mark.parametrize(
    ("label", "text", "line"),
    [
        ("溶解氧（mg/L）", "溶解氧不能小于 0。", "溶解氧不能小于 0。"),
        ("溶解氧（mg/L）", "请写数字。", "溶解氧（mg/L）：请写数字。"),
        ("第 1 行 总磷", "总磷不能小于 0。", "第 1 行 总磷：总磷不能小于 0。"),
    ],
)
def test_the_summary_names_a_field_once(label, text, line):
    html = render_to_string("components/errsum.html", {"errors": [portal.FormError("id", label, text)]})

    assert f'<a href="#id">{line}</a>' in html


# --- pages that must render without anything ---


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500])
def test_error_pages_need_no_request(code):
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert "<title>" in html
    assert "sidenav" not in html
    assert "style=" not in html
    assert len(html.encode()) < 20_000


def test_error_page_shows_what_it_is_given():
    html = render_to_string("404.html", {"title": "没有找到", "message": "甲", "remedy": "乙", "request_id": "7f3a"})
    for part in ('<h1 id="what">没有找到</h1>', "<p>甲</p>", "<p>乙</p>", "7f3a"):
        assert part in html


def test_lapsed_session_page_keeps_what_was_typed():
    request = RequestFactory().post("/activities/new/theme_day/")
    context = {"typed": [("title", "甲\n乙")], "offer": True, "login_url": "/accounts/login/"}
    html = render_to_string("403.html", context, request=request)
    assert '<form method="post" action="/activities/new/theme_day/" data-again="/">' in html
    assert '<h1 id="what">登录已过期</h1>' in html
    assert '<input type="hidden" name="title" value="甲\n乙">' in html
    assert 'href="/accounts/login/"' in html


def test_saved_draft_is_told_once():
    session = {"saved": "/activities/new/"}
    context = {"request": SimpleNamespace(session=session)}
    assert portal.saved_draft(context) == "/activities/new/"
    assert portal.saved_draft(context) == ""
    assert portal.saved_draft({}) == ""
