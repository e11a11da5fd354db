"""Forms of alliances, members and turns: they clean what was typed and never save."""

from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from yiqiao_portal.core.forms import CleanCharField, DateField, PortalForm, PortalModelForm
from yiqiao_portal.directory.choices import AreaLevel
from yiqiao_portal.directory.models import Area

from ..models import Alliance, ChairTurn, Membership
from ..rotation import MONTHS, ONE_DAY
from ..selectors import alliances as selectors


def layout(**groups) -> FormHelper:
    """Fieldsets by title; a tuple of fields stands side by side."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    rows = {title: [Row(*row) if isinstance(row, tuple) else row for row in fields] for title, fields in groups.items()}
    helper.layout = Layout(*(Fieldset(title, *fields) for title, fields in rows.items()))
    return helper


class AllianceForm(PortalModelForm):
    """What an alliance is; the charter is a paper that may be added."""

    charter_file = forms.FileField(
        label="章程", required=False, help_text="PDF、文档、表格或图片，不超过 20MB；可以以后再传"
    )

    class Meta(PortalModelForm.Meta):
        model = Alliance
        fields = ("theme", "founded_on", "service_lines", "areas", "chair_period", "public", "note")
        widgets = {"service_lines": forms.CheckboxSelectMultiple, "areas": forms.SelectMultiple(attrs={"size": 6})}
        help_texts = {
            "theme": "一句话，例如“浦阳江流域建设、治污、管理、服务”",
            "public": "公开页不用登录就能看：只有单位名称、服务线和成果，没有个人信息",
            "areas": "联盟自己的微网格，可以多选",
            "chair_period": "改动后请重新排轮值",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = Area.objects.visible_to(self.user).of_level(AreaLevel.GRID, AreaLevel.MICROGRID)
        self.fields["areas"].queryset = grids
        if not grids.exists():
            del self.fields["areas"]
        self.helper = self.arranged(["areas"] if "areas" in self.fields else [])

    def arranged(self, areas: list[str]) -> FormHelper:
        """The order of the fields on the page."""
        raise TypeError("a form says how it is arranged")

    def validate_constraints(self):
        """The service asks, and names the field."""

    def values(self) -> dict:
        """What the service takes; the paper goes its own way."""
        return {name: value for name, value in self.cleaned_data.items() if name != "charter_file"}


class AllianceNewForm(AllianceForm):
    """A new alliance with its first name."""

    source = CleanCharField(
        label="名称出处", max_length=200, required=False, help_text="发文、会议纪要或报道，例如“镇党委〔2022〕12号”"
    )

    class Meta(AllianceForm.Meta):
        fields = ("name", *AllianceForm.Meta.fields)

    def arranged(self, areas):
        return layout(
            基本情况=["name", "source", "theme", ("founded_on", "chair_period")],
            服务与范围=["service_lines", *areas],
            章程与公开=["charter_file", "public", "note"],
        )


class AllianceEditForm(AllianceForm):
    """A known alliance; its name is changed on a page of its own, which keeps the old one."""

    remove_charter = forms.BooleanField(label="删除现有章程", required=False)

    class Meta(AllianceForm.Meta):
        fields = (*AllianceForm.Meta.fields, "state", "ended_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.charter:
            del self.fields["remove_charter"]
            return
        self.fields["charter_file"].help_text = f"现有：{self.instance.charter_name}；不换请留空"

    def arranged(self, areas):
        charter = ["remove_charter"] if self.instance.charter else []
        return layout(
            基本情况=["theme", ("founded_on", "chair_period"), ("state", "ended_on")],
            服务与范围=["service_lines", *areas],
            章程与公开=["charter_file", *charter, "public", "note"],
        )

    def clean(self):
        data = super().clean()
        if data.get("charter_file") and data.get("remove_charter"):
            self.add_error("remove_charter", "选了新章程，就不用勾选删除，请去掉其中一项。")
        return data


class NameForm(PortalForm):
    """What it is or was called from a day on."""

    name = CleanCharField(label="名称", max_length=60)
    since = DateField(label="启用日期", help_text="早于现在名称的启用日期，就登记为曾用名")
    source = CleanCharField(label="出处", max_length=200, required=False, help_text="发文、会议纪要或报道")


class MemberForm(PortalModelForm):
    """A unit in an alliance."""

    turn_order = forms.IntegerField(
        label="轮值顺序", min_value=0, max_value=999, help_text="数字小的先轮；0 表示不参加轮值"
    )

    class Meta(PortalModelForm.Meta):
        model = Membership
        fields = ("role", "phase", "turn_order", "joined_on", "contact", "villages")
        widgets = {"villages": forms.CheckboxSelectMultiple}
        help_texts = {"contact": "先在通讯录里登记这家单位的人员；只显示姓名"}

    def __init__(self, *args, alliance: Alliance, **kwargs):
        self.alliance = alliance
        super().__init__(*args, **kwargs)
        self.fields["villages"].queryset = selectors.villages(self.user)
        self.fields["phase"].choices = [("", "不区分"), *self.fields["phase"].choices[1:]]
        self.fields["contact"].empty_label = "暂不填写"
        self.fields["contact"].queryset = selectors.contacts(self.user, self.units())
        self.helper = layout(
            成员单位=[*self.first, ("role", "phase"), ("turn_order", "joined_on"), *self.last],
            联系与结对=["contact", "villages"],
        )

    first: tuple = ()
    last: tuple = ()

    def units(self):
        """Whose people may be the contact."""
        return [self.instance.organisation_id]

    def validate_constraints(self):
        """The service asks, and names the field."""


class MemberNewForm(MemberForm):
    """A unit that joins."""

    first = ("organisation",)

    class Meta(MemberForm.Meta):
        fields = ("organisation", *MemberForm.Meta.fields)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = self.units()
        self.fields["organisation"].empty_label = "请选择"
        self.fields["organisation"].help_text = "没有的话，先在通讯录·组织中新增；镇外单位类别选“民情联系单位”"
        self.fields["contact"].label_from_instance = lambda person: f"{person.organisation} · {person}"
        self.fields["turn_order"].initial = selectors.next_order(self.alliance)
        self.fields["joined_on"].initial = timezone.localdate()

    def units(self):
        return selectors.free_units(self.alliance, self.user)


class MemberEditForm(MemberForm):
    """A known member; one that has left keeps its date, which may be corrected or taken back."""

    last = ("left_on",)

    class Meta(MemberForm.Meta):
        fields = (*MemberForm.Meta.fields, "left_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.left_on is None:
            del self.fields["left_on"]
            self.helper = layout(
                成员单位=[("role", "phase"), ("turn_order", "joined_on")], 联系与结对=["contact", "villages"]
            )


class LeaveForm(PortalForm):
    """From which day a unit is no member any more."""

    on = DateField(label="退出日期", help_text="从这一天起不再是成员；以后的轮值由下一家接上，历年名单不变")
    successor = forms.ModelChoiceField(
        Membership.objects.none(), label="结对村社由谁接手", required=False, empty_label="暂不安排"
    )

    def __init__(self, *args, open_affairs, **kwargs):
        super().__init__(*args, **kwargs)
        villages = "、".join(str(village) for village in open_affairs.villages)
        if not villages:
            del self.fields["successor"]
            return
        self.fields["successor"].queryset = open_affairs.successors()
        self.fields["successor"].help_text = f"退出后没有结对单位的：{villages}；暂不安排的，以后可在成员单位里勾选"


class PlanForm(PortalForm):
    """Which time to plan."""

    start = DateField(label="从哪天排起", help_text="已经开始的轮值不变")
    until = DateField(label="排到哪天")

    def __init__(self, *args, alliance: Alliance, **kwargs):
        super().__init__(*args, **kwargs)
        begun = selectors.turns_of(alliance).filter(starts_on__lte=timezone.localdate()).last()
        start = begun.ends_on + ONE_DAY if begun else alliance.founded_on.replace(day=1)
        self.fields["start"].initial = start
        self.fields["until"].initial = date(timezone.localdate().year + 1, 12, 31)
        months = MONTHS[alliance.chair_period]
        self.fields[
            "until"
        ].help_text = f"现在的周期是{alliance.get_chair_period_display()}（{months} 个月），到这天所在的一期为止"


class TurnField(forms.ModelChoiceField):
    """A turn by its time and unit."""

    def label_from_instance(self, obj):
        return f"{obj.starts_on}—{obj.ends_on}　{obj.organisation}"


class SwapForm(PortalForm):
    """With which turn this one is exchanged."""

    other = TurnField(ChairTurn.objects.none(), label="与哪一期调换", empty_label="请选择")
    note = CleanCharField(label="说明", max_length=100, required=False, help_text="例如“承办换届，双方商定”")

    def __init__(self, *args, turn: ChairTurn, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = selectors.exchangeable(turn)
