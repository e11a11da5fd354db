"""Tables of the directory. Organisations stand in their official order and are never sorted by a figure."""

import django_tables2 as tables

from yiqiao_portal.core.tables import DateColumn, ListTable, NumberColumn, TagColumn, TitleColumn
from yiqiao_portal.core.templatetags.portal import EMPTY

from .models import Organisation, Person, RosterMember


class OrganisationTable(ListTable):
    """The ledger of organisations."""

    short_name = TitleColumn(verbose_name="名称", orderable=False)
    kind = tables.Column(accessor="get_kind_display", verbose_name="类别", orderable=False)
    party_form = tables.Column(
        accessor="get_party_form_display", verbose_name="形式", orderable=False, attrs={"td": {"class": "pc-cell"}}
    )
    area = tables.Column(orderable=False, attrs={"td": {"class": "pc-cell"}})
    formal_members = NumberColumn(verbose_name="正式党员", orderable=False)
    probationary_members = NumberColumn(verbose_name="预备党员", orderable=False)
    expires_day = DateColumn(verbose_name="届满日期", attrs={"td": {"data-label": "届满"}})
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = Organisation
        fields = ()
        sequence = (
            "short_name",
            "kind",
            "party_form",
            "area",
            "formal_members",
            "probationary_members",
            "expires_day",
            "tag",
        )

    def render_formal_members(self, record, value):
        return value if record.party_form else EMPTY

    def render_probationary_members(self, record, value):
        return value if record.party_form else EMPTY

    def value_tag(self, row) -> str:
        return row.tag.word if row.tag else ""


class PersonTable(ListTable):
    """People; the phone is masked on the page and in the file, and nothing is sorted by it."""

    name = TitleColumn(order_by=("pinyin", "pk"))
    organisation = tables.Column(
        order_by=("organisation__order", "pinyin", "pk"), attrs={"td": {"class": "brk", "data-label": "所在组织"}}
    )
    duty = tables.Column(orderable=False, attrs={"td": {"data-label": "职务"}})
    phone = tables.Column(
        accessor="masked_phone",
        verbose_name="手机号",
        orderable=False,
        attrs={"td": {"data-label": "手机号", "class": "nowrap"}},
    )
    tag = TagColumn(verbose_name="状态")

    class Meta(ListTable.Meta):
        model = Person
        fields = ()
        sequence = ("name", "organisation", "duty", "phone", "tag")

    def value_phone(self, row) -> str:
        return row.masked_phone

    def value_tag(self, row) -> str:
        return row.tag.word if row.tag else ""


class RosterTable(ListTable):
    """Members of the Party branches: name, 正式 or 预备, vote."""

    person = TitleColumn(
        verbose_name="姓名", order_by=("person__pinyin", "pk"), linkify=lambda record: record.person.get_absolute_url()
    )
    organisation = tables.Column(order_by=("organisation__order", "person__pinyin", "pk"), linkify=True)
    standing = tables.Column(verbose_name="类别", orderable=False)
    votes = tables.BooleanColumn(yesno="有,无", orderable=False)

    class Meta(ListTable.Meta):
        model = RosterMember
        fields = ()
        sequence = ("person", "organisation", "standing", "votes")

    def render_votes(self, value) -> str:
        return "有" if value else "无"

    def value_votes(self, row) -> str:
        return "有" if row.votes else "无"
