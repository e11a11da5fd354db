"""A skip is a failure where PORTAL_NO_SKIP is set: hooks for conftest.py."""

import pytest

from yiqiao_portal import env


def _refuse_skip(report) -> None:
    """Turn a skip (or an expected failure) into a failure that names it."""
    if report.outcome == "skipped" and env.flag("PORTAL_NO_SKIP"):
        report.outcome = "failed"
        vars(report).pop("wasxfail", None)  # pytest counts no failure that carries it
        report.longrepr = f"skipped, which this run does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    report = yield
    _refuse_skip(report)
    return report
