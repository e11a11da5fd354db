"""Forms of the directory: they clean what was typed and never save."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.forms import CleanCharField, CleanTextField, PhoneField, PortalForm, PortalModelForm
from yiqiao_portal.core.text import clean_text, parse_count

from .checks import organisation_faults
from .choices import AreaLevel
from .models import Area, Organisation, Person, RosterMember

BLANKS = {"kind": "请选择", "party_form": "不是党组织", "field": "不填"}
NAMES_AT_ONCE = 100
REASONS = ("工作联系", "通知开会或活动", "核对信息", "其他")


class CountField(forms.IntegerField):
    """A number of people or things: 46, ４６人, 1,284; blank counts as 0."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value):
        try:
            found = parse_count(value, maximum=self.max_value or 100_000)
        except DomainError as error:
            raise ValidationError(error.message) from None
        return self.empty_count if found is None else found

    empty_count = 0


class YearsField(CountField):
    """A number of years; blank stays blank."""

    empty_count = None


def counted(label: str, **options) -> CountField:
    """An optional head count."""
    return CountField(label=label, required=False, max_value=100_000, **options)


def _row(*names: str) -> Div:
    """Fields beside each other where there is room."""
    return Div(*names, css_class="field-row")


def _with_blank(field: forms.ChoiceField) -> list[tuple[str, str]]:
    """The choices, of which the first is the blank one without words."""
    return [("", ""), *[(value, label) for value, label in field.choices if value]]


class OrganisationForm(PortalModelForm):
    """An organisation and its place in the tree."""

    parent = forms.ModelChoiceField(Organisation.objects.none(), label="上级组织", empty_label="请选择")
    formal_members = counted("正式党员数", help_text="只填总数，不填名单")
    probationary_members = counted("预备党员数")
    groups = counted("党小组数")
    committee_size = counted("支委会委员数", help_text="不设支委会的填 0")
    order = YearsField(
        label="官方顺序",
        required=False,
        help_text="同级按官方顺序排列，数字小的在前；留空排在最后",
    )
    term_years = YearsField(label="任期（年）", required=False, help_text="村、社区 5 年，其他一般 3 年；留空按此计算")

    class Meta(PortalModelForm.Meta):
        model = Organisation
        fields = (
            "name",
            "short_name",
            "kind",
            "area",
            "code",
            "order",
            "party_form",
            "field",
            "formal_members",
            "probationary_members",
            "groups",
            "committee_size",
            "founded_on",
            "dissolved_on",
            "elected_on",
            "term_years",
            "extended_until",
            "note",
        )
        help_texts = {
            "short_name": "列表和岗位上显示；留空用全称",
            "code": "留空由平台编号",
            "party_form": "党组织必选，其他组织留空",
            "dissolved_on": "撤销后不再统计，历年台账保留",
            "extended_until": "上级批准延期换届的最后日期",
        }
        error_messages = {"code": {"unique": "这个组织编号已被使用，请换一个或留空。"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("short_name", "code", "area"):
            self.fields[name].required = False
        for name, word in BLANKS.items():
            self.fields[name].choices = [(value, label or word) for value, label in _with_blank(self.fields[name])]
        if self.instance.pk is None:
            self.initial["order"] = None
        self.fields["area"].queryset = Area.objects.visible_to(self.user).of_level(AreaLevel.TOWN, AreaLevel.VILLAGE)
        self.fields["area"].empty_label = "不属于某个村社"
        self._place_in_tree()
        self.helper = self._layout()

    def _place_in_tree(self) -> None:
        """Where it may hang: below any organisation in reach but itself and its own."""
        known = self.instance if self.instance.pk else None
        if known and known.is_root():
            del self.fields["parent"]
            return
        choices = Organisation.objects.visible_to(self.user).official()
        self.fields["parent"].queryset = choices.exclude(path__startswith=known.path) if known else choices
        if known:
            self.fields["parent"].initial = Organisation.objects.visible_to(self.user).above(known).last()

    def _layout(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        place = ["parent"] if "parent" in self.fields else []
        helper.layout = Layout(
            Fieldset("基本情况", "name", "short_name", "kind", *place, "area", _row("code", "order")),
            Fieldset(
                "党组织情况",
                _row("party_form", "field"),
                _row("formal_members", "probationary_members"),
                _row("groups", "committee_size"),
            ),
            Fieldset(
                "成立与换届",
                _row("founded_on", "dissolved_on"),
                _row("elected_on", "term_years"),
                "extended_until",
                "note",
            ),
        )
        return helper

    def clean(self):
        data = super().clean()
        for field, sentence in organisation_faults(data).items():
            if field not in self.errors:
                self.add_error(field, sentence)
        return data

    def values(self) -> dict:
        """What the service takes; the parent goes its own way."""
        return {name: value for name, value in self.cleaned_data.items() if name != "parent"}


class PersonForm(PortalModelForm):
    """Somebody new."""

    phone = PhoneField(label="手机号", required=False, help_text="加密保存，只显示头三位和尾号；没有可以先不填")
    another = forms.BooleanField(label="同名不同人，仍要保存", required=False)

    class Meta(PortalModelForm.Meta):
        model = Person
        fields = ("name", "organisation", "duty")

    field_order = ("name", "organisation", "duty", "phone", "another")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Organisation.objects.visible_to(self.user).official()
        self.fields["organisation"].queryset = choices
        self.fields["organisation"].empty_label = "请选择"
        if not self.is_bound:
            del self.fields["another"]

    def clean(self):
        data = super().clean()
        self._ask_about_namesake(data)
        return data

    def _ask_about_namesake(self, data: dict) -> None:
        """A second person of the same name is possible, but seldom meant."""
        known = self._namesake(data)
        if known is None:
            self.fields.pop("another", None)
        elif not data.get("another"):
            tail = f"（手机尾号 {known.phone_tail}）" if known.phone_tail else ""
            self.add_error("name", f"“{known.organisation}”已有“{known.name}”{tail}。确是另一人，请勾选“同名不同人”。")

    def _namesake(self, data: dict) -> Person | None:
        if not data.get("name") or not data.get("organisation") or not {"name", "organisation"} & {*self.changed_data}:
            return None
        people = Person.objects.visible_to(self.user).filter(name=data["name"], organisation=data["organisation"])
        return people.exclude(pk=self.instance.pk).select_related("organisation").first()

    def values(self) -> dict:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "another"}


class PersonUpdateForm(PersonForm):
    """A known person. The stored phone is not shown; blank leaves it as it is."""

    forget_phone = forms.BooleanField(label="删除已登记的手机号", required=False, initial=False)
    field_order = ("name", "organisation", "duty", "phone", "forget_phone", "another")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.phone:
            self.fields["phone"].help_text = f"现为 {self.instance.masked_phone}；不改请留空"
        else:
            del self.fields["forget_phone"]

    def clean(self):
        data = super().clean()
        if data.get("phone") and data.get("forget_phone"):
            self.add_error("forget_phone", "填了新手机号，就不用勾选删除，请去掉其中一项。")
        return data

    def values(self) -> dict:
        values = super().values()
        if values.pop("forget_phone", False):
            return values | {"phone": ""}
        return {name: value for name, value in values.items() if name != "phone" or value}


class RevealForm(PortalForm):
    """Why a phone number is wanted."""

    purpose = forms.ChoiceField(label="查看用途", choices=[(word, word) for word in REASONS], widget=forms.RadioSelect)
    note = CleanCharField(label="说明", max_length=100, required=False, help_text="选“其他”时请写明；不写姓名和号码")

    def clean(self):
        data = super().clean()
        if data.get("purpose") == REASONS[-1] and not data.get("note"):
            self.add_error("note", "请写明用途，例如“上门走访前联系”。")
        return data

    def reason(self) -> str:
        """What the log keeps."""
        return "：".join(filter(None, (self.cleaned_data["purpose"], self.cleaned_data["note"])))


STANDINGS = [("formal", "正式党员"), ("probationary", "预备党员")]


class RosterForm(PortalForm):
    """Several people at once: ticked ones, and typed names that the branch does not know yet."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label="从人员中选择", required=False, widget=forms.CheckboxSelectMultiple
    )
    names = CleanTextField(
        label="直接写姓名",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一位；还不在人员中的会自动建立，手机号可以以后再补",
    )
    standing = forms.ChoiceField(label="类别", choices=STANDINGS, initial="formal", widget=forms.RadioSelect)
    votes = forms.BooleanField(
        label="有表决权", required=False, initial=True, help_text="预备党员没有表决权；留党察看期间也没有"
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        free = Person.objects.visible_to(self.user).filter(organisation=organisation)
        on_roster = RosterMember.objects.alive().filter(organisation=organisation).values("person")
        self.fields["people"].queryset = free.exclude(pk__in=on_roster).order_by("pinyin", "pk")
        if not self.fields["people"].queryset.exists():
            del self.fields["people"]
            self.fields["names"].label, self.fields["names"].required = "姓名", True
            self.fields["names"].error_messages["required"] = "请写上姓名，一行一位。"

    def clean_names(self) -> list[str]:
        """The lines as names."""
        limit = Person._meta.get_field("name").max_length
        try:
            names = [clean_text(line, max_length=limit) for line in self.cleaned_data["names"].splitlines()]
        except DomainError as error:
            raise ValidationError(f"有一行太长，请一行只写一位的姓名。{error.message}") from None
        names = list(dict.fromkeys(filter(None, names)))
        if len(names) > NAMES_AT_ONCE:
            raise ValidationError(f"一次最多写 {NAMES_AT_ONCE} 位，现在是 {len(names)} 位，请分几次。")
        return names

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("people") and not data.get("names"):
            self.add_error("names", "请勾选人员，或写上姓名。")
        if data.get("standing") == "probationary":
            data["votes"] = False
        return data

    @property
    def probationary(self) -> bool:
        return self.cleaned_data["standing"] == "probationary"


class RosterMemberForm(PortalForm):
    """正式 or 预备, and whether they vote."""

    standing = forms.ChoiceField(label="类别", choices=STANDINGS, widget=forms.RadioSelect)
    votes = forms.BooleanField(label="有表决权", required=False, help_text="预备党员没有表决权；留党察看期间也没有")

    def __init__(self, *args, instance: RosterMember, **kwargs):
        standing = "probationary" if instance.probationary else "formal"
        super().__init__(*args, initial={"standing": standing, "votes": instance.votes}, **kwargs)

    def clean(self):
        data = super().clean()
        if data.get("standing") == "probationary":
            data["votes"] = False
        return data

    @property
    def probationary(self) -> bool:
        return self.cleaned_data["standing"] == "probationary"


class ImportForm(PortalForm):
    """A block copied from Excel, or a file."""

    keeps_text = False  # the reader of the rows refuses, and names the row
    text = forms.CharField(
        label="粘贴",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "pastebox", "spellcheck": "false"}),
        help_text="在 Excel 或 WPS 中选中区域（最好连同表头），复制，粘贴到这里；一次最多 2,000 行",
    )
    file = forms.FileField(
        label="上传 .xlsx 文件",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text="读第一张可见的工作表，最多 5,000 行、10 MB",
        error_messages={"empty": "文件是空的，请选择有内容的 .xlsx 文件。"},
    )

    def clean(self):
        data = super().clean()
        text, file = (data.get("text") or "").strip(), data.get("file")
        if not self.errors and not text and not file:
            self.add_error("text", "请粘贴内容，或选择一个 .xlsx 文件。")
        elif text and file:
            self.add_error("file", "粘贴和上传请只用一种，去掉其中一种后再提交。")
        return data
