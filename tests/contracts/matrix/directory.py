"""Areas, organisations, people, rosters, imports, places."""

from tests.contracts.rule import BUSINESS, EVERYBODY, READERS, RECORDERS, Rule, Send, key, these

TOWN = these("town")
UNITS = these("unit liaison")
# Posts with an organisation; a grid worker's post has an area.
WITH_ORGANISATION = BUSINESS - these("grid")
LIST = ("", "format=xlsx", "print=1", "page=99")


def of_key(name: str):
    """A form's idempotency key and what else it posts."""
    return {"idempotency_key": f"5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f{name}"}


def organisation(stage, row) -> dict:
    """A mass organisation below the root, or the row with another note."""
    if row is None:
        place = {"parent": stage.root.pk, "name": "示例妇联", "kind": "mass"}
        return place | of_key("3f01")
    return {
        "parent": stage.root.pk,
        "name": row.name,
        "short_name": row.short_name,
        "kind": row.kind,
        "code": row.code,
        "order": row.order,
        "party_form": row.party_form,
        "note": "已核对",
        "version": row.version,
    }


def person(stage, row) -> dict:
    """Somebody new, or the row with another duty."""
    if row is None:
        return {"name": "钱新人", "organisation": stage.party.pk, "phone": "13700001111"} | of_key("3f02")
    return {"name": row.name, "organisation": row.organisation_id, "duty": "委员", "version": row.version}


def place(stage, row) -> dict:
    """A new place, or the row under another name."""
    if row is None:
        return {"name": "示例新会议室", "area": stage.area.pk} | of_key("3f03")
    return {"name": "示例改名会议室", "area": row.area_id, "version": row.version}


def roster_names(stage, row) -> dict:
    """A name that the branch does not know yet."""
    return {"names": "孙新党员", "standing": "formal", "votes": "on"} | of_key("3f04")


def standing(stage, row) -> dict:
    """The row becomes 预备."""
    return {"standing": "probationary", "version": row.version}


def of(kind: str):
    """URL arguments of the first page of an import."""
    return lambda stage, row: {"kind": kind}


def pasted(column: str):
    """A block with names alone."""
    return lambda stage, row: {"text": f"{column}\t九联类别\n净水点\t环境联守"}


def pasted_people(stage, row) -> dict:
    """A block copied from a spreadsheet."""
    return {"text": f"姓名\t所在组织\n吴导入\t{stage.party.short_name}"}


def pasted_organisations(stage, row) -> dict:
    """A block copied from a spreadsheet."""
    return {"text": f"全称\t类别\t上级组织\n示例商会\t社会组织\t{stage.root.short_name}"}


RULES: dict[str, Rule | tuple[Rule, ...]] = {
    "directory:home": Rule(BUSINESS),
    "directory:areas": Rule(BUSINESS),
    "directory:service_lines": Rule(BUSINESS),
    # --- organisations ---
    "directory:organisations": Rule(WITH_ORGANISATION, queries=(*LIST, "term=ending")),
    "directory:organisation": Rule(WITH_ORGANISATION, "organisation", key),
    "directory:organisation_new": Rule(TOWN, send=Send("town", organisation)),
    "directory:organisation_edit": Rule(TOWN, "organisation", key, send=Send("town", organisation)),
    "directory:organisation_remove": Rule(TOWN, "organisation", key, send=Send("town", on="unused")),
    "directory:import_organisations": Rule(TOWN, send=Send("town", pasted_organisations, logged=False)),
    # --- people ---
    "directory:people": Rule(WITH_ORGANISATION, queries=(*LIST, "incomplete=yes")),
    "directory:person": Rule(WITH_ORGANISATION, "person", key),
    "directory:person_new": Rule(RECORDERS, send=Send("branch", person)),
    "directory:person_edit": Rule(RECORDERS, "person", key, send=Send("branch", person)),
    "directory:person_remove": Rule(RECORDERS, "person", key, send=Send("branch")),
    "directory:person_phone": Rule(
        READERS,
        "person",
        key,
        send=Send("branch", lambda stage, row: {"purpose": "工作联系"}, answer=200, changes=False),
    ),
    "directory:imports": Rule(RECORDERS | UNITS),
    "directory:import_start": (
        Rule(RECORDERS, arguments=of("people"), send=Send("branch", pasted_people, logged=False)),
        Rule(TOWN, arguments=of("organisations")),
        Rule(TOWN | UNITS, arguments=of("resources"), send=Send("liaison", pasted("资源名称"), logged=False)),
        Rule(RECORDERS | UNITS, arguments=of("needs"), send=Send("branch", pasted("需求名称"), logged=False)),
        Rule(TOWN | UNITS, arguments=of("projects"), send=Send("liaison", pasted("项目名称"), logged=False)),
    ),
    "directory:import_people": Rule(RECORDERS, send=Send("branch", pasted_people, logged=False)),
    "directory:import_preview": Rule(
        RECORDERS, "import", key, send=Send("branch", lambda stage, row: {"do": "confirm"})
    ),
    # --- rosters ---
    "directory:rosters": Rule(READERS, queries=LIST),
    "directory:roster": Rule(READERS, "party", key),
    "directory:roster_add": Rule(RECORDERS, "party", key, send=Send("branch", roster_names)),
    "directory:roster_edit": Rule(RECORDERS, "roster", key, send=Send("branch", standing)),
    "directory:roster_remove": Rule(RECORDERS, "roster", key, send=Send("branch")),
    # --- posts ---
    "directory:switch_post": Rule(
        EVERYBODY - these("stranger former"),
        reads=False,
        refused=404,
        send=Send(
            "branch", lambda stage, row: {"post": stage.branch.assignments.get().pk}, changes=False, logged=False
        ),
    ),
    # --- places ---
    "places:places": Rule(BUSINESS, queries=LIST),
    "places:place": Rule(BUSINESS, "place", key),
    "places:new": Rule(RECORDERS, send=Send("branch", place)),
    "places:edit": Rule(RECORDERS, "place", key, send=Send("branch", place)),
    "places:remove": Rule(RECORDERS, "place", key, send=Send("branch")),
}
