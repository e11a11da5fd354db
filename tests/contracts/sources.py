"""Our own files and functions, for the tests that read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ("yiqiao_portal", "alliances")  # what runs in the town
PACKAGES = (*HOUSE, "script")


@dataclass(frozen=True)
class Function:
    """A function or method: where it stands, how it is called, how many lines it has."""

    file: str
    name: str
    lines: int

    @property
    def key(self) -> str:
        return f"{self.file}:{self.name}"


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """Python files below the folders, without migrations."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """All functions of a file; nested ones under the name of what holds them."""
    yield from _functions(tree(path), relative(path), "")


def _functions(node: ast.AST, file: str, prefix: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(file, prefix + child.name, child.end_lineno - child.lineno + 1)
        named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from _functions(child, file, f"{prefix}{child.name}." if named else prefix)
