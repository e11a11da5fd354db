"""script/test itself: runs beside each other, runs that are killed, what they leave."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from yiqiao_portal.embedded_postgres import Server, run, socket_folder

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path):
    return tmp_path / "家 test"


def start(home, *arguments, **variables):
    """script/test with a home of its own, not waited for."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home.parent), "PORTAL_TEST_HOME": str(home)}
    command = [ROOT / "script" / "test", *arguments]
    return subprocess.Popen(
        command, env=environment | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/"
    )


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_two_runs_at_once_share_the_server_and_leave_none(home):
    home.mkdir()
    runs = [start(home, "-q", "tests/doors/test_refusals.py", "-k", "port_is_read") for _ in range(2)]
    outputs = [one.communicate(timeout=240)[0] for one in runs]
    assert [one.returncode for one in runs] == [0, 0], outputs
    for output in outputs:
        assert output.splitlines()[-1].startswith("2 passed")
    wait_for(lambda: not socket_folder(home).exists(), 10)


def test_a_killed_run_takes_the_server_along(home):
    home.mkdir()
    slow = home.parent / "test_slow.py"
    slow.write_text("import time\ndef test_slow():\n    time.sleep(120)\n")
    one = start(home, "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), str(slow))
    wait_for(lambda: Server(home).ready() and run(home, "select 1 from pg_database where datname like 'tpl%'"), 120)
    time.sleep(3)
    os.kill(one.pid, signal.SIGKILL)
    wait_for(lambda: not socket_folder(home).exists(), 15)


def test_databases_of_killed_runs_are_dropped(home):
    with Server(home):
        for name in ("test_portal_999999999", "test_portal_999999999_gw0", f"test_portal_{os.getpid()}_gw0"):
            run(home, f"create database {name}")
        one = start(home, "-q", "tests/doors/test_refusals.py", "-k", "port_is_read")
        assert one.communicate(timeout=240)[0].splitlines()[-1].startswith("2 passed")
        left = run(home, "select datname from pg_database where datname like 'test%'")
        assert left == [(f"test_portal_{os.getpid()}_gw0",)]
