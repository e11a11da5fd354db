"""What a form says: our sentences with a remedy for every fault that the library knows, our word for nothing chosen."""

import django_filters
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import RegexValidator, StepValueValidator
from django.forms import formset_factory
from django.http import QueryDict

from yiqiao_portal.core.filters import ListFilter
from yiqiao_portal.core.forms import DateField, PhoneField, PortalForm, PortalModelForm, TimeField
from yiqiao_portal.directory.models import Organisation, ServiceLine

AB = [("a", "甲"), ("b", "乙")]
NUL = "a\x00"


def said(field, *values) -> list[str]:
    """The errors of a form of this one field."""
    data = QueryDict(mutable=True)
    data.setlist("f", [value for value in values if isinstance(value, str)])
    files = [("f", value) for value in values if not isinstance(value, str)]
    form = type("One", (PortalForm,), {"f": field})(data, dict(files))
    return list(form.errors.get("f", ()))


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (forms.CharField(label="主题"), "请填写主题。"),
        (forms.CharField(label=""), "这一项还没有填写。"),
        (forms.IntegerField(label="人数"), "请填写人数。"),
        (DateField(label="日期"), "请填写日期。"),
        (forms.ChoiceField(label="用途", choices=AB, widget=forms.RadioSelect), "请选择用途。"),
        (forms.ChoiceField(label="类型", choices=AB), "请选择类型。"),
        (forms.MultipleChoiceField(label="服务线", choices=AB), "请选择服务线。"),
        (forms.ModelChoiceField(ServiceLine.objects.all(), label="服务线"), "请选择服务线。"),
        (forms.FileField(label="文件"), "请选择文件。"),
        (forms.BooleanField(label="已核对"), "请勾选“已核对”。"),
    ],
)
def test_nothing_where_something_is_needed(field, sentence):
    assert said(field) == [sentence]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.IntegerField(label="票数"), "abc", "票数请写整数，例如 12。"),
        (forms.IntegerField(label="票数", min_value=0), "-1", "票数不能小于 0，请核对。"),
        (forms.IntegerField(label="日", max_value=28), "32", "日不能大于 28，请核对。"),
        (forms.IntegerField(label="数", validators=[StepValueValidator(5)]), "7", "数应为 5 的整倍数，请核对。"),
        (forms.DecimalField(label="金额"), "一元", "金额请写数字，例如 12.5。"),
        (forms.DecimalField(label="金额", max_digits=3), "1234", "金额最多 3 位数字，请核对。"),
        (forms.DecimalField(label="金额", decimal_places=2), "1.234", "金额最多 2 位小数，请核对。"),
        (
            forms.DecimalField(label="金额", max_digits=3, decimal_places=2),
            "12.3",
            "金额小数点前最多 1 位，请核对。",
        ),
        (forms.FloatField(label="水位"), "高", "水位请写数字，例如 12.5。"),
        (forms.DateField(label="日期"), "明天", "日期请照 2026-11-23 的样子写。"),
        (forms.TimeField(label="时间"), "早上", "时间请照 14:30 的样子写。"),
        (forms.DateTimeField(label="何时"), "早上", "何时请照 2026-11-23 14:30 的样子写。"),
        (forms.EmailField(label="邮箱"), "x", "邮箱请写完整的电子邮箱，例如 lisi@example.cn。"),
        (forms.URLField(label="网址", assume_scheme="https"), "http://", "网址请写完整的网址，以 https:// 开头。"),
        (forms.UUIDField(label="编号"), "x", "编号的写法不对，请核对后重新填写。"),
        (forms.CharField(label="主题", max_length=3), "一二三四", "主题最多 3 个字，现在是 4 个，请删减。"),
        (forms.CharField(label="主题", min_length=3), "一", "主题至少 3 个字，现在是 1 个，请补充。"),
        (forms.CharField(label="主题"), NUL, "主题里有不能识别的字符，请删去后重新填写。"),
        (forms.ChoiceField(label="类型", choices=AB), "z", "类型不在可选范围内，请重新选择。"),
        (forms.ChoiceField(label="类型", choices=AB), NUL, "类型不在可选范围内，请重新选择。"),
        (forms.MultipleChoiceField(label="类型", choices=AB), NUL, "类型不在可选范围内，请重新选择。"),
        (forms.TypedChoiceField(label="数", choices=AB, coerce=int), "a", "数不在可选范围内，请重新选择。"),
        (forms.ModelChoiceField(ServiceLine.objects.all(), label="线"), NUL, "线不在可选范围内，请重新选择。"),
        (forms.ModelChoiceField(ServiceLine.objects.all(), label="线"), "9" * 40, "线不在可选范围内，请重新选择。"),
        (
            forms.ModelMultipleChoiceField(ServiceLine.objects.all(), label="线"),
            "abc",
            "线不在可选范围内，请重新选择。",
        ),
        (forms.ModelMultipleChoiceField(ServiceLine.objects.all(), label="线"), NUL, "线不在可选范围内，请重新选择。"),
        (
            forms.ModelChoiceField(ServiceLine.objects.all(), label="线", to_field_name="code"),
            NUL,
            "线不在可选范围内，请重新选择。",
        ),
    ],
)
def test_what_cannot_be(db, field, value, sentence):
    assert said(field, value) == [sentence]


@pytest.mark.parametrize("field", [DateField, TimeField, PhoneField, forms.IntegerField])
def test_garbage_is_answered_in_chinese(field):
    (sentence,) = said(field(label="甲"), "早\x00")

    assert sentence.endswith("。")
    assert not any(sign.isascii() and sign.isalpha() for sign in sentence)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("空.docx", b""), "附件里选的文件是空的，请确认能正常打开后重新选择。"),
        (SimpleUploadedFile("字" * 30, b"x"), "附件的文件名最多 20 个字，请改短文件名后重新选择。"),
        (object(), "附件没有完整送到，请重新选择后再提交。"),
    ],
)
def test_files(file, sentence):
    assert said(forms.FileField(label="附件", max_length=20), file) == [sentence]


def test_a_picture_that_is_none():
    assert said(forms.ImageField(label="照片"), SimpleUploadedFile("a.png", b"x")) == [
        "照片不是能读的图片，请换成 JPG 或 PNG 后重新选择。"
    ]


def test_what_an_author_wrote_himself_stays():
    own = forms.IntegerField(label="票", error_messages={"invalid": "票数要写阿拉伯数字。"})
    checked = forms.CharField(label="编号", validators=[RegexValidator(r"^\d+$", "编号只用数字。")])

    assert (said(own, "x"), said(checked, "x")) == (["票数要写阿拉伯数字。"], ["编号只用数字。"])


# --- nothing chosen ---


class Chosen(PortalForm):
    """Selects of each sort."""

    line = forms.ModelChoiceField(ServiceLine.objects.none(), required=False)
    named = forms.ModelChoiceField(ServiceLine.objects.none(), empty_label="不限")
    none = forms.ModelChoiceField(ServiceLine.objects.none(), empty_label=None)
    plain = forms.ChoiceField(choices=[("", "---------"), *AB])
    own = forms.ChoiceField(choices=[("", "没有表决"), *AB])


class OfModel(PortalModelForm):
    """A model's own choices and keys."""

    class Meta(PortalModelForm.Meta):
        model = Organisation
        fields = ("party_form", "area")


class Filter(ListFilter):
    """A filter without words of its own, and one with."""

    kind = django_filters.ChoiceFilter(label="类别", choices=AB)
    line = django_filters.ModelChoiceFilter(label="服务线", queryset=ServiceLine.objects.none())
    area = django_filters.ChoiceFilter(choices=AB, empty_label="全部村社")

    class Meta:
        model = Organisation
        fields = ()


def firsts(form) -> dict[str, str]:
    """The first choice of each select."""
    return {field.name: next((str(label) for _, label in field.field.choices), "") for field in form}


@pytest.mark.django_db
def test_the_empty_choice_says_what_to_do():
    assert firsts(Chosen()) == {"line": "请选择", "named": "不限", "none": "", "plain": "请选择", "own": "没有表决"}
    assert firsts(OfModel()) == {"party_form": "请选择", "area": "请选择"}
    assert firsts(formset_factory(Chosen)().forms[0])["plain"] == "请选择"
    assert firsts(Filter(QueryDict("")).form) == {"kind": "全部", "line": "全部", "area": "全部村社"}


@pytest.mark.django_db
def test_a_filter_speaks_our_sentences():
    form = Filter(QueryDict("kind=z&line=x")).form

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "kind": ["类别不在可选范围内，请重新选择。"],
        "line": ["服务线不在可选范围内，请重新选择。"],
    }
