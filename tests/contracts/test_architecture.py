"""Who may import whom, who may point at whom, and that the database is what the models say."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.urls import get_resolver
from importlinter.cli import lint_imports

from tests.contracts.sources import HOUSE, ROOT, python_files, relative, templates, tree
from yiqiao_portal.core.models import Record

# Lower apps first; a model may point at its own app and at those before it.
ORDER = ["audit", "core", "accounts", "directory", "places", "activities", "notices", "reports"]
PILLARS = ["alliances", "gridcells", "volunteers", "talent"]
LAYERS_OF_READING = ("views", "forms", "filters", "tables", "templatetags", "resources", "sheets", "export")
# Ways to rows that may stand outside querysets, selectors and services: each starts from the user.
DOORS = {"visible_to", "nameable_by", "none"}
# file:Model.method → why it may read without visible_to.
REACHED = "parts of a record that the page has already reached through visible_to"
COUNTED = "counts the rows of the report's organisations, which came through visible_to"
OTHER_DOORS = {
    "alliances/sheets/lists.py:Claim.alive": COUNTED,
    "alliances/sheets/lists.py:Need.alive": COUNTED,
    "alliances/sheets/lists.py:Project.alive": COUNTED,
    "alliances/sheets/lists.py:Resource.alive": COUNTED,
    "yiqiao_portal/activities/forms.py:AgendaItem.alive": REACHED,
    "yiqiao_portal/activities/forms.py:Decision.alive": REACHED,
    "yiqiao_portal/activities/sheets.py:Activity.alive": COUNTED,
    "yiqiao_portal/activities/sheets.py:Explanation.alive": COUNTED,
    "yiqiao_portal/directory/forms.py:RosterMember.alive": "leaves out who is already on the roster that was reached",
    "yiqiao_portal/directory/sheets.py:RosterMember.alive": COUNTED,
}


def test_imports_point_downwards(capsys, tmp_path):
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=str(tmp_path))

    assert code == 0, capsys.readouterr().out


def test_every_app_of_ours_stands_in_the_order():
    labels = [config.label for config in apps.get_app_configs() if config.name.startswith("yiqiao_portal")]

    assert labels == [label for label in ORDER if label in labels]


def test_no_foreign_key_points_upwards():
    """By string or otherwise; AUTH_USER_MODEL is the one exception (architecture 2)."""
    height = {label: number for number, label in enumerate(ORDER)} | dict.fromkeys(PILLARS, len(ORDER))
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignObject | models.ManyToManyField)
        and {model._meta.app_label, field.related_model._meta.app_label} <= set(height)
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
        and height[field.related_model._meta.app_label] > height[model._meta.app_label]
    ]

    assert upward == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_page_stands_on_the_frame():
    """A template that a view names extends base.html or what extends it; the rest are parts of such a page."""
    texts = {path.relative_to(ROOT / "templates").as_posix(): path.read_text(encoding="utf-8") for path in templates()}
    alone = {name for name, text in texts.items() if not re.search(r"{%\s*extends\s", text)} - {"base.html"}
    pages = {name for path in python_files(*HOUSE) for name in _pages(tree(path))}
    fragments = {name for name in alone if name.startswith("components/")}

    assert sorted(alone & pages - fragments - set(STANDING_ALONE)) == []
    assert set(STANDING_ALONE) <= alone & pages


def test_no_template_lies_unused():
    """Each is named by a view or by another template, or stands where a library or Django looks for it."""
    found = [path.relative_to(ROOT / "templates").as_posix() for path in templates()]
    texts = [path.read_text(encoding="utf-8") for path in [*templates(), *python_files(*HOUSE)]]
    named = {name for text in texts for name in re.findall(r"""["']([\w/-]+\.html)["']""", text)}
    libraries = ("account/", "mfa/", "usersessions/", "bootstrap5/", "django/")
    errors = {f"{status}.html" for status in (400, 403, 404, 405, 409, 413, 429, 500)}

    assert [name for name in found if name not in named | errors and not name.startswith(libraries)] == []


# A page without the frame → why.
STANDING_ALONE: dict[str, str] = {}


def _pages(module: ast.Module) -> set[str]:
    """Templates that a view renders as a page: template_name, print_template, render(request, "…")."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"template_name", "print_template"}:
            found.add(getattr(node.value, "value", ""))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render" and len(node.args) > 1:
            found.add(getattr(node.args[1], "value", ""))
    return found


def test_every_address_of_ours_is_named():
    """A page that cannot be named cannot be linked, nor stand in the matrix."""
    unnamed = [str(pattern.pattern) for pattern in _patterns(get_resolver()) if not pattern.name]

    assert unnamed == []


def _patterns(resolver):
    for entry in resolver.url_patterns:
        yield from _patterns(entry) if hasattr(entry, "url_patterns") else [entry]


def test_pages_reach_rows_through_one_door():
    """Views, forms, tables and exports start from `visible_to(user)`, never from all rows."""
    guarded = {model.__name__ for model in apps.get_models() if issubclass(model, Record)}
    found = {
        f"{relative(path)}:{use}"
        for path in python_files(*HOUSE)
        if set(LAYERS_OF_READING) & {path.stem, path.parent.name}
        for use in _uses(tree(path), guarded)
    }

    assert sorted(found - set(OTHER_DOORS)) == []
    assert set(OTHER_DOORS) <= found


def _uses(module: ast.Module, guarded: set[str]) -> set[str]:
    """`Model.objects.method` of guarded models, doors left out."""
    return {
        f"{node.value.value.id}.{node.attr}"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_base_manager", "_default_manager"}
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id in guarded
        and node.attr not in DOORS
    }
