"""Every row of a list is asked what the form and its service would ask; nothing is written here."""

from copy import copy

from django import forms

from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.directory.checks import plain
from yiqiao_portal.directory.importing.checking import Checker
from yiqiao_portal.directory.importing.rows import Brought, Checked, Verdict

from ..forms.lists import NeedForm, ResourceForm
from ..forms.projects import ProjectForm
from ..services import bulk
from .columns import NeedColumns, ProjectColumns, ResourceColumns
from .lookup import Names, Units, spoken

LABELS = {"alliance": "联盟", "service_line": "九联类别", "area": "村社", "programme": "工程或行动"}
ELSEWHERE = "没有您能看到的记录用这个编号，请核对；要新增请把编号留空。"


class ListChecker(Checker):
    """A row is known by its 编号; without one it is new, and looked for among those of the same unit and name."""

    rules = None
    choices = ("unit",)

    def __init__(self, user, brought: Brought):
        super().__init__(user, brought)
        self.user, self.pairs = user, self.rules.pairs()
        rows = list(self.rules.rows(user))
        self.known = {plain(row.serial): row for row in rows}
        self.alike = {self._mark(vars(row) | {"title": row.title}): row for row in rows}
        self.lookups = {
            key: Names(self.fields[key].queryset, label) for key, label in LABELS.items() if key in self.columns
        }
        self.only = {key: rows[0] for key, rows in self._first_two().items() if len(rows) == 1}
        self.seen: dict[tuple, int] = {}

    def _first_two(self) -> dict[str, list]:
        """What may be chosen where something must be; a single choice nobody has to type."""
        choices = {key: field for key, field in self.fields.items() if field.required and hasattr(field, "queryset")}
        return {key: list(field.queryset[:2]) for key, field in choices.items()}

    def about(self, checked: Checked):
        """The row that a line names by its 编号."""
        return self.known.get(plain(checked.line.cells.get("serial", "")))

    def cell(self, checked, key, typed):
        known = self.about(checked)
        if key == "serial":
            self._serial(checked, typed, known)
        elif known and typed and self._stays(known, key, typed):
            checked.values[key] = getattr(known, key)
        else:
            super().cell(checked, key, typed)

    def _serial(self, checked: Checked, typed: str, known) -> None:
        if typed and known is None:
            self.fail(checked, "serial", ELSEWHERE)
        first = self.seen.setdefault(("serial", plain(typed)), checked.line.number) if typed else checked.line.number
        if first != checked.line.number:
            self.fail(checked, "serial", f"与第 {first} 行的编号相同，请只留一行。")

    def _stays(self, known, key: str, typed: str) -> bool:
        """Whether a cell names what stands there already: that may lie out of reach and is no mistake."""
        related = key == "organisation" or key in self.lookups
        now = getattr(known, key) if related else None
        return now is not None and plain(typed) in spoken(now)

    def value(self, key, typed):
        if key == "organisation":
            return self.names.find(typed)
        return self.lookups[key].find(typed) if key in self.lookups else super().value(key, typed)

    def judge(self, checked):
        known = self.about(checked)
        if known is None:
            self._add(checked)
            return
        checked.values = {key: value for key, value in checked.values.items() if self.differs(checked, known, key)}
        self.settle(checked, known)
        if checked.verdict is Verdict.UPDATE:
            self._ask(checked, known)

    def _ask(self, checked: Checked, before=None) -> None:
        """The rules of the service, on the row as it would be."""
        row = copy(before) if before else self.rules.model(created_by=self.user)
        facts, links = self.rules.parted(checked.values)
        for key, value in facts.items():
            setattr(row, key, value)
        try:
            bulk.check_row(self.rules, row, by=self.user, pairs=self.pairs, before=before, links=links)
        except DomainError as error:
            self.fail(checked, error.field or "title", error.message)

    def _add(self, checked: Checked) -> None:
        for key, field in self.fields.items():
            if key in self.columns and key not in checked.values:
                self._complete(checked, key, field)
        if not checked.faults:
            self._ask(checked)
        if not checked.faults:
            self._look_for_doubles(checked)

    def _complete(self, checked: Checked, key: str, field: forms.Field) -> None:
        """What the form would have filled in by itself; else what it would ask for."""
        if key in self.only:
            checked.values[key] = self.only[key]
        elif field.initial is not None:
            checked.values[key] = field.initial
        elif field.required:
            self.fail(checked, key, field.error_messages["required"])

    def _look_for_doubles(self, checked: Checked) -> None:
        values = checked.values
        mark = self._mark({f"{key}_id": values[key].pk for key in ("alliance", "organisation")} | values)
        first = self.seen.setdefault(mark, checked.line.number)
        if first != checked.line.number:
            checked.verdict, checked.note = Verdict.DOUBLE, f"与第 {first} 行的单位和名称相同"
        elif mark in self.alike:
            known = self.alike[mark]
            checked.verdict, checked.note = Verdict.DOUBLE, f"同一单位已有同名的：{known.serial}"
            checked.target = known.pk if self._may_change(checked, known) else None

    def _may_change(self, checked: Checked, known) -> bool:
        trial = Checked(checked.line, values=checked.values)
        self._ask(trial, known)
        return not trial.faults

    def _mark(self, values: dict) -> tuple:
        """By what two rows count as the same."""
        return values["alliance_id"], values["organisation_id"], plain(values["title"])


class ResourcesChecker(ListChecker):
    """资源清单."""

    resource, form_class, rules = ResourceColumns, ResourceForm, bulk.RESOURCES


class NeedsChecker(ListChecker):
    """需求清单."""

    resource, form_class, rules = NeedColumns, NeedForm, bulk.NEEDS


class ProjectsChecker(ListChecker):
    """项目清单."""

    resource, form_class, rules = ProjectColumns, ProjectForm, bulk.PROJECTS
    choices = ()

    def __init__(self, user, brought: Brought):
        super().__init__(user, brought)
        self.units = Units(self.fields["helpers"].queryset, "配合单位")

    def cell(self, checked, key, typed):
        if key == "helpers" and typed:
            self._helpers(checked, typed)
        else:
            super().cell(checked, key, typed)

    def _helpers(self, checked: Checked, typed: str) -> None:
        """Those who help already may be named as they stand, members or not."""
        known = self.about(checked)
        try:
            checked.values["helpers"] = self.units.find_all(typed, list(known.helpers.all()) if known else [])
        except DomainError as error:
            self.fail(checked, "helpers", error.message)

    def differs(self, checked, known, key):
        if key != "helpers":
            return super().differs(checked, known, key)
        return set(checked.values["helpers"]) != set(known.helpers.all())
