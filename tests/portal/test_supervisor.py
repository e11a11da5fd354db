"""Parts of the supervisor that need no running portal; tests/doors drills the whole."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yiqiao_portal.processes import follow_parent, lock
from yiqiao_portal.supervisor import ACCOUNTS, HELPERS, LONGEST_WAIT, Helper, demo_password, why_not_ready

ROOT = Path(__file__).resolve().parents[2]


def supervise(home, **variables):
    """Exit code and words of a supervisor that cannot start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}
    command = [sys.executable, "-m", "yiqiao_portal.supervisor", str(port)]
    environment = kept | {"PORTAL_HOME": str(home)} | variables
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def test_the_demo_password_is_made_once_and_private(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_DEMO_PASSWORD", raising=False)
    first = demo_password(tmp_path)
    assert len(first) == 14
    assert demo_password(tmp_path) == first
    assert oct((tmp_path / "secrets" / "demo_password").stat().st_mode & 0o777) == "0o600"


def test_a_demo_password_cut_off_by_a_crash_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_DEMO_PASSWORD", raising=False)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "demo_password").touch()
    assert len(demo_password(tmp_path)) == 14


def test_a_given_demo_password_is_not_written_down(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DEMO_PASSWORD", "given")
    assert demo_password(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_the_demo_accounts_are_those_of_the_contract():
    assert list(ACCOUNTS) == [
        "town",
        "leader",
        "branch",
        "grid",
        "unit",
        "liaison",
        "teamlead",
        "talent",
        "sysadmin",
        "auditor",
    ]


def test_a_second_portal_on_the_same_home_is_refused(tmp_path):
    (tmp_path / "logs").mkdir()
    handle = lock(tmp_path / "logs")
    code, said = supervise(tmp_path)
    os.close(handle)
    assert code == 1
    assert said == f"数据目录 {tmp_path} 已有一个门户在运行,请先停止它,或用 PORTAL_HOME 另指定一个目录。\n"


def test_a_wrong_variable_is_named(tmp_path):
    code, said = supervise(tmp_path, PORTAL_DEMO="maybe")
    assert code == 1
    assert said.startswith("环境变量有误,请按 .env.example 改正:PORTAL_DEMO")


def test_a_database_that_does_not_answer(tmp_path):
    code, said = supervise(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    assert code == 1
    assert said.startswith("连不上 DATABASE_URL 指定的数据库,请检查地址、用户名和密码")
    assert said.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("x: No space left on device\n", "磁盘空间不足"),
        ("a\nb\nc\nd\ne\nf\n", "准备数据时出错,详见 {log}:\nb\nc\nd\ne\nf"),
    ],
)
def test_what_went_wrong_is_told(tmp_path, monkeypatch, said, sentence):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    log = tmp_path / "prepare.log"
    log.write_text(said)
    assert why_not_ready(log).startswith(sentence.format(log=log))


def test_a_lock_is_exclusive_or_shared_and_freed_on_closing(tmp_path):
    one = lock(tmp_path, shared=True)
    two = lock(tmp_path, shared=True, wait=False)
    assert lock(tmp_path, wait=False) is None
    os.close(one)
    os.close(two)
    handle = lock(tmp_path, wait=False)
    assert lock(tmp_path, shared=True, wait=False) is None
    os.close(handle)
    assert list(tmp_path.iterdir()) == []


def test_a_child_leads_its_own_session_and_gets_the_death_signal():
    child = subprocess.Popen(["sleep", "60"], preexec_fn=follow_parent(signal.SIGINT))  # noqa: PLW1509 - one thread
    assert os.getsid(child.pid) == child.pid
    child.kill()
    child.wait()


@pytest.fixture
def helper():
    """A worker whose program ends at once; `starts` are the moments at which it was started."""
    starts = []

    def spawn():
        starts.append(time.monotonic())
        return subprocess.Popen(["true"])

    one = Helper("worker", spawn)
    one.starts = starts
    one.start()
    one.child.wait()
    return one


def test_a_helper_that_stops_is_started_again_after_a_wait(helper, capsys):
    helper.watch()
    helper.watch()
    assert (len(helper.starts), helper.wait) == (1, 2)
    helper.again = time.monotonic()
    helper.watch()
    assert len(helper.starts) == 2
    assert capsys.readouterr().out == "后台任务曾意外停止,2 秒后重新启动。\n"


def test_the_waits_grow_and_have_an_end(helper):
    waits = []
    for _ in range(8):
        helper.watch()
        waits.append(helper.wait)
        helper.again = time.monotonic()
        helper.watch()
        helper.child.wait()
    assert waits == [2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_one_that_ran_for_long_is_started_again_soon(helper):
    helper.wait = LONGEST_WAIT
    helper.started -= LONGEST_WAIT + 1
    helper.again = helper.started - 1
    helper.watch()
    assert helper.wait == 1


def test_one_that_runs_is_left_alone(helper):
    helper.child = subprocess.Popen(["sleep", "60"])
    helper.watch()
    assert (len(helper.starts), helper.wait) == (1, 1)
    helper.child.kill()
    helper.child.wait()


def test_the_helpers_are_commands_that_exist():
    assert {name: command[:2] for name, (_title, command) in HELPERS.items()} == {
        "worker": ["manage.py", "work"],
        "tick": ["manage.py", "tick"],
    }
