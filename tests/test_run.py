"""Where PORTAL_NO_SKIP is set a run with a skipped test, or a skipped file, is a failed run."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPPED = {
    "test": "import pytest\n\n\n@pytest.mark.skip(reason='tired')\ndef test_it():\n    assert False\n",
    "in the test": "import pytest\n\n\ndef test_it():\n    pytest.skip('tired')\n",
    "expected failure": "import pytest\n\n\n@pytest.mark.xfail\ndef test_it():\n    assert False\n",
    "file": "import pytest\n\npytest.skip('tired', allow_module_level=True)\n",
    "missing module": "import pytest\n\npytest.importorskip('no_such_module')\n",
}


def _run(tmp_path, monkeypatch, source: str, no_skip: str) -> int:
    """Exit code of a pytest of its own over one file, with the hooks of this tree."""
    monkeypatch.setenv("PORTAL_NO_SKIP", no_skip)
    file = tmp_path / "test_made_up.py"
    file.write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-c", ROOT / "pyproject.toml", "-p", "tests.noskip", file]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED)
def test_a_skip_fails_the_run(tmp_path, monkeypatch, source):
    assert _run(tmp_path, monkeypatch, source, "1") in {1, 2}


def test_elsewhere_a_skip_is_a_skip(tmp_path, monkeypatch):
    assert _run(tmp_path, monkeypatch, SKIPPED["in the test"], "") == 0


def test_the_wish_to_pin_numbers_is_passed_on(monkeypatch):
    """`PORTAL_PIN_QUERIES=1 script/test …` reaches the tests; what could change a result does not."""
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"PORTAL_PIN_QUERIES": "1", "PORTAL_DEMO": "1"})
    runpy.run_path(str(ROOT / "script" / "suite.py"))["set_environment"]()

    assert ("PORTAL_PIN_QUERIES" in os.environ, "PORTAL_DEMO" in os.environ) == (True, False)
