"""What is read from the environment is written in .env.example; what is generated is not stale."""

import re
from io import StringIO

import pytest
from django.core.management import call_command, get_commands

from tests.contracts.sources import HOUSE, ROOT, python_files

READ = re.compile(r"""(?:environ(?:\.get)?[(\[]\s*|env\.(?:flag|number|words|spans)\(\s*)["']([A-Z][A-Z0-9_]+)["']""")
SECRET = re.compile(r"""env\.secret\(\w+, ["'](\w+)["']\)""")
NAMED = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
# Set by our own doors for the processes that they start; no setting of a place.
OWN = {
    "PORTAL_TESTING": "script/test",
    "PORTAL_TEST_TEMPLATE": "script/test",
    "PORTAL_TEST_SUFFIX": "script/test",
    "PORTAL_PORT": "script/run --port",
    "DJANGO_SETTINGS_MODULE": "fixed",
}


def test_every_variable_is_documented_and_none_is_stale():
    sources = [path.read_text(encoding="utf-8") for path in python_files(*HOUSE)]
    read = {name for text in sources for name in READ.findall(text)}
    read |= {f"PORTAL_{name.upper()}" for text in sources for name in SECRET.findall(text)}
    documented = set(NAMED.findall((ROOT / ".env.example").read_text(encoding="utf-8")))

    assert documented == read - set(OWN)


@pytest.mark.django_db
def test_the_permissions_in_the_docs_are_those_of_the_code():
    assert "permissions_doc" in get_commands()

    call_command("permissions_doc", check=True, stdout=StringIO())


def test_the_pictures_of_the_readme_exist_and_are_light():
    """The same ones in both languages, 150 KB each at most, and none that is shown nowhere."""
    english, chinese = (
        re.findall(r"!\[[^]]+\]\((docs/img/[^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("README.md", "README.zh-CN.md")
    )

    assert english == chinese
    assert sorted(english) == sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "img").iterdir())
    assert {name: size for name in english if (size := (ROOT / name).stat().st_size) > 150_000} == {}


def test_every_command_that_the_docs_name_exists():
    named = {
        name
        for path in [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")]
        for name in re.findall(r"manage\.py (\w+)", path.read_text(encoding="utf-8"))
    }

    assert named - set(get_commands()) - PROMISED == set()


# Commands of the contract with the outside that a later issue builds (architecture 7).
PROMISED: set[str] = set()
