"""Small functions, small files, small templates. An exception is an entry with a reason; a stale one fails."""

import ast
from statistics import median

from tests.contracts.sources import (
    HOUSE,
    ROOT,
    Function,
    functions,
    line_count,
    python_files,
    relative,
    templates,
    tree,
)

LONGEST_FUNCTION, LONG_FUNCTION, LONG_SHARE, MEDIAN = 40, 30, 0.02, 8
LONGEST_FILE, LONGEST_SETTINGS, LONGEST_TEMPLATE, LONGEST_BASE = 400, 300, 150, 120
LONGEST_VIEW, MOST_ARGUMENTS = 50, 6
VIEWS_OF_CORE = 300

LONG_FUNCTIONS: dict[str, str] = {}
LONG_FILES: dict[str, str] = {}
LONG_TEMPLATES: dict[str, str] = {}
LONG_VIEWS: dict[str, str] = {}


def _ours() -> list[Function]:
    return [function for path in python_files(*HOUSE, "script") for function in functions(path)]


def test_no_function_is_longer_than_forty_lines():
    found = [f for path in python_files(*HOUSE, "script", "tests") for f in functions(path)]

    assert {f.key: f.lines for f in found if f.lines > LONGEST_FUNCTION and f.key not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= {f.key for f in found if f.lines > LONGEST_FUNCTION}


def test_at_most_two_percent_are_longer_than_thirty():
    lines = [function.lines for function in _ours()]

    assert sum(count > LONG_FUNCTION for count in lines) / len(lines) <= LONG_SHARE


def test_the_usual_function_has_eight_lines():
    assert median(function.lines for function in _ours()) <= MEDIAN


def test_no_python_file_is_longer_than_four_hundred_lines():
    limits = {"yiqiao_portal/settings.py": LONGEST_SETTINGS}
    limits |= {relative(path): VIEWS_OF_CORE for path in python_files("yiqiao_portal/core/views")}
    sizes = {relative(path): line_count(path) for path in python_files(*HOUSE, "script", "tests")}
    long = {name: size for name, size in sizes.items() if size > limits.get(name, LONGEST_FILE)}

    assert {name: size for name, size in long.items() if name not in LONG_FILES} == {}
    assert set(LONG_FILES) <= set(long)


def test_no_template_is_longer_than_one_hundred_and_fifty_lines():
    sizes = {relative(path): line_count(path) for path in templates()}
    long = {name for name, size in sizes.items() if size > LONGEST_TEMPLATE}

    assert long == set(LONG_TEMPLATES)
    assert sizes["templates/base.html"] <= LONGEST_BASE


def test_a_concrete_view_has_at_most_fifty_lines():
    """The generic pages of core are counted as files above."""
    found = {
        f"{relative(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in python_files(*HOUSE)
        if "/views" in relative(path) and "/core/" not in relative(path)
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    }
    long = {name: lines for name, lines in found.items() if lines > LONGEST_VIEW}

    assert {name: lines for name, lines in long.items() if name not in LONG_VIEWS} == {}
    assert set(LONG_VIEWS) <= set(long)


def test_services_take_the_rest_by_keyword():
    """`verb(row, *, by, …)`: at most two without a name (the row and what is done with it), at most six in all."""
    wrong = {}
    for path in python_files(*HOUSE):
        if not {"services.py", "services"} & {path.name, path.parent.name}:
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named, every = node.args.args, [*node.args.args, *node.args.kwonlyargs]
                if len(named) > 2 or len(every) > MOST_ARGUMENTS + 1:
                    wrong[f"{relative(path)}:{node.name}"] = [argument.arg for argument in every]

    assert wrong == {"yiqiao_portal/audit/services.py:record": wrong.get("yiqiao_portal/audit/services.py:record")}


def test_the_top_of_the_tree_is_the_owners_list():
    """Folders that a newcomer sees first; what script/run makes is ignored by git."""
    made = {
        ".git",
        ".venv",
        "var",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "__pycache__",
        "htmlcov",
        ".import_linter_cache",
    }
    listed = {"script", *HOUSE, "templates", "static", "tests", "docs", ".ci"}
    pillars = {"alliances", "gridcells", "volunteers", "talent"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir()}

    assert sorted(found - made - listed - pillars) == []
