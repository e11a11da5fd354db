"""docs/permissions.md is what the code says."""

import pytest
from django.core.management import CommandError, call_command
from rules.permissions import permissions

from yiqiao_portal.core.reference import load_json
from yiqiao_portal.directory.management.commands import permissions_doc


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The command writes here."""
    monkeypatch.setattr(permissions_doc, "FILE", tmp_path / "permissions.md")
    return tmp_path / "permissions.md"


def test_it_is_written_and_then_not_stale(file):
    call_command("permissions_doc")

    call_command("permissions_doc", "--check")
    assert file.read_text(encoding="utf-8") == permissions_doc.document()


@pytest.mark.parametrize("text", [None, "# Permissions\n"])
def test_a_stale_or_missing_file_is_refused(file, text):
    if text:
        file.write_text(text)

    with pytest.raises(CommandError, match="已过时，请运行"):
        call_command("permissions_doc", "--check")


def test_every_permission_has_its_line():
    lines = permissions_doc.document().splitlines()

    assert [name for name in permissions if sum(line.startswith(f"| `{name}` |") for line in lines) != 1] == []


def ticks(cast, permission: str) -> list[str]:
    """Roles that the document ticks."""
    line = next(line for line in permissions_doc.document().splitlines() if line.startswith(f"| `{permission}` |"))
    cells = [cell.strip() for cell in line.strip("|").split("|")][1:11]
    return [role["code"] for role, cell in zip(load_json("accounts", "roles"), cells, strict=True) if cell]


@pytest.mark.parametrize("permission", sorted(permissions))
def test_the_ticks_are_what_real_people_may(cast, permission):
    may = [role["code"] for role in load_json("accounts", "roles") if getattr(cast, role["code"]).has_perm(permission)]

    assert ticks(cast, permission) == may
