"""Coverage tells what the tests of the parts reach: a hook for conftest.py.

The contract tests and the browser walk over every page; a line that only they run is reached, not examined. And
measuring costs more than a third of the time of a request.
"""

from pathlib import Path

import coverage
import pytest

WALKS = [Path(__file__).with_name(name) for name in ("contracts", "browser")]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Nothing is measured while a walk is under way."""
    measuring = coverage.Coverage.current()
    if measuring is None or not set(WALKS) & set(item.path.parents):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
