"""script/run on a machine where everything is: starting, stopping, being killed, starting again."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from yiqiao_portal.embedded_postgres import run, socket_folder
from yiqiao_portal.processes import lock

pytestmark = pytest.mark.long
WORKER, SCHEDULER = "manage.py\0work", "manage.py\0tick"  # as /proc shows a command line


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def wait_for(condition, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def budget(seconds: float) -> float:
    """The promised seconds, stretched by as much as other programs slow this machine down at the moment."""
    wall, cpu = time.monotonic(), time.process_time()
    while time.process_time() - cpu < 0.3:
        pass
    return seconds * max(1.0, (time.monotonic() - wall) / 0.3)


def assert_nothing_left(door) -> None:
    """No process, no lock, no socket, the port is free."""
    door.wait_gone()
    for folder in (door.home, door.home / "logs"):
        handle = lock(folder, wait=False)
        assert handle is not None
        os.close(handle)
    assert not (door.home / "data" / "postmaster.pid").exists()
    assert not socket_folder(door.home).exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", door.port))


def test_the_second_start_takes_at_most_ten_seconds_and_prints_the_same_accounts(door):
    allowed = budget(10)
    assert door.open().wait_ready() < max(allowed, budget(10))
    assert door.get() == 200
    first = re.search(r"密码都是 (\S+)\)", door.said()).group(1)
    assert f"http://127.0.0.1:{door.port}/" in door.said()
    for account in ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor"]:
        assert f" {account}(" in door.said()
    assert door.stop() == 0
    door.open().wait_ready()
    assert f"密码都是 {first})" in door.said()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_process_and_no_lock(door, number):
    door.open().wait_ready()
    assert door.stop(number) == 0
    assert door.said().endswith("已停止。\n")
    assert_nothing_left(door)


@pytest.mark.parametrize("after", [0.1, 0.5, 1.0, 2.0, 3.0])
def test_stopping_while_it_starts_leaves_nothing(door, after):
    door.open()
    time.sleep(after)
    door.stop(signal.SIGTERM)
    assert_nothing_left(door)
    door.open().wait_ready()


def test_a_terminal_sends_ctrl_c_to_the_whole_group_and_twice(door):
    door.open().wait_ready()
    os.killpg(door.process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.killpg(door.process.pid, signal.SIGINT)
    assert door.process.wait(30) == 0
    assert_nothing_left(door)


def test_everything_killed_then_started_again(door):
    door.open().wait_ready()
    kill(*door.children(""))
    door.wait_gone()
    allowed = budget(10)
    assert door.open().wait_ready() < max(allowed, budget(10))
    assert door.get() == 200


def test_only_the_parent_killed_then_started_again_at_once(door):
    door.open().wait_ready()
    kill(door.process.pid)
    door.process.wait()
    door.open().wait_ready()
    assert door.get() == 200


def test_killed_children_are_started_again(door):
    door.open().wait_ready()
    master, *workers = door.children("gunicorn")
    kill(workers[0])
    wait_for(lambda: len(door.children("gunicorn")) == 3 and door.get() == 200)
    kill(master)
    wait_for(lambda: "网页服务曾意外停止" in door.said() and door.get() == 200)
    kill(door.children("bin/postgres")[0])
    wait_for(lambda: "数据库曾意外停止" in door.said() and door.get("/accounts/login/") == 200)
    for command in (WORKER, SCHEDULER):
        wait_for(lambda word=command: len(door.children(word)) == 1)  # it may be on its way after the database's fall
        kill(*door.children(command))
        wait_for(lambda word=command: door.children(word) == [])
        wait_for(lambda word=command: len(door.children(word)) == 1, seconds=60)
    assert "后台任务曾意外停止" in door.said()
    assert "定时任务曾意外停止" in door.said()
    assert door.stop() == 0
    assert_nothing_left(door)


def test_a_taken_port_is_refused_before_any_work(door, make_door):
    door.open().wait_ready()
    other = make_door(door.home.parent / "other")
    other.port = door.port
    assert other.open().process.wait(10) == 1
    assert other.said() == f"端口 {door.port} 已被占用,请换一个,例如 script/run --port {door.port + 1}。\n"
    assert not other.home.exists()


def test_one_home_serves_one_portal(door, make_door):
    door.open().wait_ready()
    other = make_door(door.home).open()
    assert other.process.wait(10) == 1
    assert "已有一个门户在运行" in other.said()
    assert door.get() == 200


def test_two_homes_on_two_ports_in_a_path_with_spaces_and_chinese(tmp_path, make_door):
    doors = [make_door(tmp_path / f"义桥 镇 {number}").open() for number in (1, 2)]
    for one in doors:
        one.wait_ready()
    assert [one.get() for one in doors] == [200, 200]
    assert doors[0].stop() == 0
    assert [one.get() for one in doors] == [0, 200]


def test_secrets_are_private_and_nothing_is_written_elsewhere(door, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(door.root, clone, ignore=shutil.ignore_patterns(".venv", "var", ".git", ".*_cache", "__pycache__"))
    (clone / ".venv").symlink_to(door.root / ".venv")
    door.root = clone
    before = sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(door.home))
    door.open().wait_ready()
    door.get("/accounts/login/")
    after = sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(door.home))
    assert [path for path in after if path not in before] == [door.output]
    for path in (door.home / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_application_connects_as_its_own_role(door):
    door.open().wait_ready()
    assert door.get("/readyz") == 200
    users = run(door.home, "select distinct usename from pg_stat_activity where datname = 'portal'")
    assert users == [("portal_app",)]


def test_the_password_can_be_given_anew(door):
    door.environment["PORTAL_DEMO_PASSWORD"] = "桥-Bridge-2026"
    door.open().wait_ready()
    assert "密码都是 桥-Bridge-2026)" in door.said()
    demo = "select password, count(*) from accounts_user where is_demo and password like 'pbkdf2%' group by password"
    [(hashed, accounts)] = run(door.home, demo, database="portal")
    assert (PBKDF2PasswordHasher().verify("桥-Bridge-2026", hashed), accounts) == (True, 10)


def test_data_are_made_ready_by_hand_with_the_password_that_is_kept(door):
    door.open().wait_ready()
    command = [str(door.root / ".venv" / "bin" / "python"), "-m", "yiqiao_portal.readiness"]
    done = subprocess.run(command, cwd=door.root, env=door.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kept = (door.home / "secrets" / "demo_password").read_text().strip()
    hashes = run(door.home, "select distinct password from accounts_user where username = 'town'", database="portal")
    assert [PBKDF2PasswordHasher().verify(kept, hashed) for (hashed,) in hashes] == [True]
