"""Every row is asked what the form would ask; nothing is written here."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Model

from yiqiao_portal.core import registry
from yiqiao_portal.core.crypto import blind_index
from yiqiao_portal.core.exceptions import DomainError

from ..checks import organisation_faults, plain
from ..forms import OrganisationForm, PersonForm
from ..models import Organisation, Person
from ..permissions import granted
from ..resources import OrganisationResource, PersonResource, columns_of
from ..scope import scope_of
from .lookup import AreaNames, OrganisationNames
from .rows import Brought, Checked, Line, Verdict

MANAGES = granted("directory.manage")


class Checker:
    """What all kinds share: cells through the form's own fields, faults with the column's name.

    `choices` are the columns of word lists: their words are taken as well as their codes.
    """

    resource = None
    form_class = None
    choices: tuple[str, ...] = ()

    def __init__(self, user, brought: Brought):
        self.brought = brought
        self.columns = columns_of(self.resource)
        self.labels = {key: column.column_name for key, column in self.columns.items()}
        self.fields = self.form_class(user=user).fields
        self.names = OrganisationNames(user)
        self.own = self.names.rows.get(scope_of(user).organisation_id)

    def run(self) -> list[Checked]:
        """The verdict on every line, in the order of the file."""
        return [self._line(line) for line in self.brought.lines]

    def _line(self, line: Line) -> Checked:
        checked = Checked(line)
        for key, message in line.broken.items():
            self.fail(checked, key, f"{message}。")
        for key in self.brought.keys:
            if key not in line.broken:
                self.cell(checked, key, line.cells.get(key, ""))
        if not checked.faults:
            self.judge(checked)
        return checked

    def cell(self, checked: Checked, key: str, typed: str) -> None:
        """Clean one cell; a blank one says nothing unless the column is required."""
        if not typed and not self.columns[key].required:
            return
        try:
            checked.values[key] = self.value(key, typed)
        except ValidationError as error:
            self.fail(checked, key, "".join(error.messages))
        except DomainError as error:
            self.fail(checked, key, error.message)

    def value(self, key: str, typed: str):
        """The value that the form would take from what was typed."""
        if key in self.choices:
            return self._choice(key, typed)
        return self.fields[key].clean(typed)

    def _choice(self, key: str, typed: str) -> str:
        known = {label: value for value, label in self.fields[key].choices if value}
        if typed in known or typed in known.values():
            return known.get(typed, typed)
        raise DomainError(f"没有“{typed[:20]}”这一项，可填：{'、'.join(map(str, known))}。")

    def judge(self, checked: Checked) -> None:
        """Decide what would happen to a line without faults."""

    def fail(self, checked: Checked, key: str, message: str) -> None:
        """A fault at a column."""
        checked.fail(key, self.labels.get(key, ""), message)

    def settle(self, checked: Checked, known) -> None:
        """The line is about `known`: what it would change, if anything."""
        changed = [
            label for key, label in self.labels.items() if key in checked.values and self.differs(checked, known, key)
        ]
        checked.target, checked.note = known.pk, "、".join(changed)
        checked.verdict = Verdict.UPDATE if changed else Verdict.SAME

    def differs(self, checked: Checked, known, key: str) -> bool:
        """Whether `known` holds something else; what it points at is compared by id, without a query for each row."""
        value = checked.values[key]
        return getattr(known, f"{key}_id") != value.pk if isinstance(value, Model) else getattr(known, key) != value


class PeopleChecker(Checker):
    """A person is known by name within an organisation; the phone tells namesakes apart."""

    resource = PersonResource
    form_class = PersonForm

    def __init__(self, user, brought: Brought):
        super().__init__(user, brought)
        self.default = None if MANAGES(user) else self.own
        self.known: dict[tuple, list[Person]] = defaultdict(list)
        for person in Person.objects.visible_to(user).defer("phone"):
            self.known[person.organisation_id, person.name].append(person)
        self.seen: dict[tuple, int] = {}

    def value(self, key, typed):
        return self.names.find(typed) if key == "organisation" else super().value(key, typed)

    def judge(self, checked):
        organisation = checked.values.setdefault("organisation", self.default)
        if organisation is None:
            self.fail(checked, "organisation", "请填写所在组织的全称。")
            return
        key = (organisation.pk, checked.values["name"])
        earlier = self.seen.setdefault((*key, checked.values.get("phone")), checked.line.number)
        if earlier != checked.line.number:
            checked.verdict, checked.note = Verdict.DOUBLE, f"与第 {earlier} 行相同"
            return
        self._compare(checked, self.known.get(key, []))

    def _compare(self, checked: Checked, namesakes: list[Person]) -> None:
        """Against the people of the same name in the same organisation."""
        known = _same_person(namesakes, checked.values.get("phone", ""))
        if known:
            self.settle(checked, known)
        elif len(namesakes) == 1:
            checked.verdict, checked.target = Verdict.DOUBLE, namesakes[0].pk
            checked.note = f"已有同名人员，手机尾号 {namesakes[0].phone_tail}"
        elif namesakes:
            checked.verdict, checked.note = Verdict.DOUBLE, f"已有 {len(namesakes)} 位同名人员，分不清是哪一位"

    def differs(self, checked, known, key):
        if key == "phone":
            return known.phone_index != blind_index(checked.values["phone"])
        return super().differs(checked, known, key)


def _same_person(namesakes: list[Person], phone: str) -> Person | None:
    """The one with this phone; without one to compare, the only one."""
    index = blind_index(phone) if phone else ""
    if index:
        found = next((person for person in namesakes if person.phone_index == index), None)
        return found or next((person for person in namesakes if len(namesakes) == 1 and not person.phone_index), None)
    return namesakes[0] if len(namesakes) == 1 else None


class OrganisationsChecker(Checker):
    """An organisation is known by its number or its full name; a line may hang below an earlier one."""

    resource = OrganisationResource
    form_class = OrganisationForm
    choices = ("kind", "party_form", "field")

    def __init__(self, user, brought: Brought):
        super().__init__(user, brought)
        self.areas = AreaNames(user)
        everything = Organisation.objects.all()  # a number in the recycle bin is taken too
        self.by_code = {row.code.casefold(): row for row in everything}
        self.by_name = {plain(row.name): row for row in self.names.rows.values()}
        self.lines = {plain(line.cells.get("name", "")): line.number for line in brought.lines}
        self.new: dict[str, int] = {}
        self.seen: dict[tuple[str, str], int] = {}

    def value(self, key, typed):
        if key == "area":
            return self.areas.find(typed)
        return self._parent(typed) if key == "parent" else super().value(key, typed)

    def _parent(self, typed: str) -> Organisation | str:
        """An organisation in reach, or the name of one that an earlier line adds."""
        if plain(typed) in self.new:
            return plain(typed)
        later = self.lines.get(plain(typed))
        if later and plain(typed) not in self.names.by_name:
            raise DomainError(f"“{typed}”在第 {later} 行，请先改好那一行，并排在本行前面。")
        return self.names.find(typed)

    def judge(self, checked):
        known = self._known(checked)
        if checked.faults or self._repeated(checked):
            return
        self._faults(checked, known)
        if checked.faults:
            return
        if known is None:
            checked.values.setdefault("parent", self.own)
            self.new[plain(checked.values["name"])] = checked.line.number
            return
        self.settle(checked, known)

    def _known(self, checked: Checked) -> Organisation | None:
        by_name = self.by_name.get(plain(checked.values["name"]))
        by_code = self.by_code.get(checked.values.get("code", "").casefold())
        if by_code and by_code.pk not in self.names.rows:
            self.fail(checked, "code", "这个组织编号已由回收站中的组织使用，请换一个或留空。")
        elif by_code and by_name and by_code != by_name:
            self.fail(checked, "code", f"这个组织编号属于“{by_code}”，请核对编号和全称。")
        return by_code or by_name

    def _repeated(self, checked: Checked) -> bool:
        for key in ("name", "code"):
            if not checked.values.get(key):
                continue
            first = self.seen.setdefault((key, plain(checked.values[key])), checked.line.number)
            if first != checked.line.number:
                self.fail(checked, key, f"与第 {first} 行的{self.labels[key]}相同，请只留一行。")
        return bool(checked.faults)

    def _faults(self, checked: Checked, known: Organisation | None) -> None:
        """The rules over several fields, on the row as it would be."""
        if known is None and not checked.values.get("kind"):
            names = "、".join(str(label) for value, label in self.fields["kind"].choices if value)
            self.fail(checked, "kind", f"新增组织要填类别，可填：{names}。")
        fields = [key for key in self.labels if key != "parent"]
        before = {key: getattr(known, key) for key in fields} if known else {}
        for key, message in organisation_faults(before | checked.values).items():
            self.fail(checked, key, message)

    def differs(self, checked, known, key):
        if key != "parent":
            return super().differs(checked, known, key)
        parent = checked.values["parent"]
        return isinstance(parent, str) or parent.path != known.path[: -Organisation.steplen]


def check(kind: str, brought: Brought, *, user) -> list[Checked]:
    """The verdict on every line of an import of this kind."""
    return registry.imports()[kind].checker(user, brought).run()
