"""What script/run runs: database, migrations, demo data, web server, worker, scheduler; watched, stopped in reverse.

``python -m yiqiao_portal.supervisor PORT`` in the folder of the clone, with ``PORTAL_HOME`` set. Whatever
is killed, nothing stays behind: every child dies with its parent, every lock is freed by the kernel.
"""

# ruff: noqa: S603, PLW1509, T201 - fixed commands; children start from the main thread; it speaks on a terminal

import contextlib
import functools
import http.client
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from . import env
from .embedded_postgres import Server, StartError
from .processes import DISK_FULL, DISK_FULL_WORDS, follow_parent, lock

ROOT = Path(__file__).resolve().parent.parent
WATCH_SECONDS = 0.5
READY_SECONDS = 60
STOP_SECONDS = 15
RESTARTS = 5  # of the web server within RESTART_SECONDS; more means that it cannot run at all
RESTART_SECONDS = 60
HELPERS = {  # they stand still now and then (a database that restarts) and are started again for ever
    "worker": ("后台任务", ["manage.py", "work"]),
    "tick": ("定时任务", ["manage.py", "tick", "--loop", "20"]),
}
LONGEST_WAIT = 60  # seconds before a helper that keeps stopping is started once more
LOG_BYTES = 10_000_000
PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105 - without letters that look alike
ACCOUNTS = {
    "town": "镇党建办",
    "leader": "镇领导",
    "branch": "党支部",
    "grid": "网格员",
    "unit": "联系单位",
    "liaison": "联盟联络员",
    "teamlead": "志愿队长",
    "talent": "人才专员",
    "sysadmin": "系统管理员",
    "auditor": "审计员",
}


class Stopped(BaseException):
    """Ctrl-C or SIGTERM came; like KeyboardInterrupt, no ``except Exception`` may swallow it."""


def say(text: str) -> None:
    """One line on the terminal, at once; a closed terminal stops nothing."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def listen_for_stop() -> None:
    """SIGINT, SIGTERM and a closed terminal stop the portal; after nohup the terminal may close."""

    def stop(number, frame) -> None:
        ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)


def ignore_signals() -> None:
    """While stopping, a second Ctrl-C would only leave something behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def demo_password(home: Path) -> str:
    """The one password of the demo accounts: from the environment, else made once and kept."""
    given = os.environ.get("PORTAL_DEMO_PASSWORD")
    if given:
        return given
    file = home / "secrets" / "demo_password"
    if not file.exists() or not file.read_text().strip():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        groups = ("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(3))
        file.write_text("-".join(groups) + "\n")
    return file.read_text().strip()


def why_not_ready(log: Path) -> str:
    """Chinese sentence for what the child said that prepares the data."""
    said = log.read_text(encoding="utf-8", errors="replace")
    if any(words in said for words in DISK_FULL_WORDS):
        return "磁盘空间不足,数据没有准备完,请清理磁盘后重新运行。"
    if os.environ.get("DATABASE_URL") and "OperationalError" in said:
        return f"连不上 DATABASE_URL 指定的数据库,请检查地址、用户名和密码,详见 {log}。"
    return f"准备数据时出错,详见 {log}:\n" + "\n".join(said.splitlines()[-5:])


class Helper:
    """A child that the pages can do without for a while: started again, each time after a longer wait."""

    def __init__(self, name: str, spawn: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.title = HELPERS[name][0]
        self.spawn = spawn
        self.child: subprocess.Popen[bytes] | None = None
        self.started = self.again = 0.0
        self.wait = 1

    def start(self) -> None:
        """Start it; for the watch alone to call again."""
        self.child, self.started = self.spawn(), time.monotonic()

    def watch(self) -> None:
        """Start it again once it has ended and waited; one that ran for long begins with short waits anew."""
        if self.child.poll() is None:
            return
        now = time.monotonic()
        if self.again < self.started:
            self.wait = 1 if now - self.started > LONGEST_WAIT else min(self.wait * 2, LONGEST_WAIT)
            self.again = now + self.wait
            say(f"{self.title}曾意外停止,{self.wait} 秒后重新启动。")
        elif now >= self.again:
            self.start()


class Portal:
    """One running portal: its home, its port and the children it looks after."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.demo = env.flag("PORTAL_DEMO", default=True)
        self.logs = home / "logs"
        self.server = None if os.environ.get("DATABASE_URL") else Server(home)
        self.web: subprocess.Popen[bytes] | None = None
        self.web_starts: list[float] = []
        self.helpers = [Helper(name, functools.partial(self._spawn_helper, name)) for name in HELPERS]

    def run(self) -> None:
        """Start everything in order, watch it, and stop it in reverse when Stopped comes."""
        self._make_folders()
        with self._only_one(), contextlib.ExitStack() as stack:
            os.environ.update(self._environment())
            if self.server:
                say("正在启动数据库……")
                stack.enter_context(self.server)
            stack.callback(self._stop_web)
            stack.callback(ignore_signals)
            self._make_ready()
            self._start_web()
            self._wait_until_served()
            for helper in self.helpers:
                stack.callback(self._stop_helper, helper)
                helper.start()
            stack.callback(ignore_signals)
            self._announce()
            self._watch()

    def _make_folders(self) -> None:
        shutil.rmtree(self.home / "tmp", ignore_errors=True)
        for name in ("logs", "media", "secrets", "static", "tmp"):
            (self.home / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        handle = lock(self.logs, wait=False)
        if handle is None:
            raise StartError(f"数据目录 {self.home} 已有一个门户在运行,请先停止它,或用 PORTAL_HOME 另指定一个目录。")
        try:
            yield
        finally:
            os.close(handle)

    def _environment(self) -> dict[str, str]:
        values = {"PORTAL_PORT": str(self.port), "TMPDIR": str(self.home / "tmp")}
        values["PORTAL_URL"] = os.environ.get("PORTAL_URL") or f"http://127.0.0.1:{self.port}"
        if self.demo:
            values["PORTAL_DEMO_PASSWORD"] = demo_password(self.home)
        return values

    def _make_ready(self) -> None:
        """Migrations, static files and demo data in one child: Django is loaded once, and by the owner's role."""
        say("正在准备数据……")
        log = self._log("prepare.log")
        with log.open("wb") as file:
            child = self._spawn(["-m", "yiqiao_portal.readiness"], file)
        try:
            failed = child.wait()
        finally:
            self._end(child, signal.SIGTERM)
        if failed:
            raise StartError(why_not_ready(log))

    def _spawn(self, arguments: list[str], log) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=follow_parent(),
        )

    def _log(self, name: str) -> Path:
        path = self.logs / name
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def _start_web(self) -> None:
        self.web_starts.append(time.monotonic())
        arguments = ["-m", "gunicorn", "-c", "python:yiqiao_portal.serving", "yiqiao_portal.wsgi:application"]
        with self._log("web.log").open("ab") as file:
            self.web = self._spawn(arguments, file)

    def _spawn_helper(self, name: str) -> subprocess.Popen[bytes]:
        with self._log(f"{name}.log").open("ab") as file:
            return self._spawn(HELPERS[name][1], file)

    def _stop_helper(self, helper: Helper) -> None:
        if helper.child:
            self._end(helper.child, signal.SIGTERM)

    def _stop_web(self) -> None:
        if self.web:
            self._end(self.web, signal.SIGTERM)

    def _end(self, child: subprocess.Popen[bytes], number: int) -> None:
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _wait_until_served(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (status := self._status()) != http.HTTPStatus.OK:
            if status or self.web.poll() is not None or time.monotonic() > deadline:
                raise StartError(f"网页服务没有启动成功,详见 {self.logs / 'web.log'}。")
            time.sleep(0.1)

    def _status(self) -> int:
        """Status of /healthz, 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _announce(self) -> None:
        say(f"\n联心桥已就绪:http://127.0.0.1:{self.port}/")
        if self.demo:
            say(f"演示账号(密码都是 {os.environ['PORTAL_DEMO_PASSWORD']}):")
            say("  " + "  ".join(f"{name}({post})" for name, post in ACCOUNTS.items()))
        say("按 Ctrl-C 停止。")

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            if self.server and self.server.ensure():
                say("数据库曾意外停止,已重新启动。")
            if self.web.poll() is not None:
                self._restart_web()
            for helper in self.helpers:
                helper.watch()

    def _restart_web(self) -> None:
        recent = [at for at in self.web_starts if time.monotonic() - at < RESTART_SECONDS]
        if len(recent) >= RESTARTS:
            raise StartError(f"网页服务反复停止,详见 {self.logs / 'web.log'}。")
        say("网页服务曾意外停止,正在重新启动。")
        self._start_web()


def main(arguments: list[str]) -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 with one Chinese sentence when something is wrong."""
    listen_for_stop()
    home = Path(os.environ.get("PORTAL_HOME") or ROOT / "var").resolve()
    try:
        Portal(home, int(arguments[0])).run()
    except Stopped:
        say("已停止。")
        return 0
    except StartError as error:
        print(error, file=sys.stderr, flush=True)
    except ImproperlyConfigured as error:
        print(f"环境变量有误,请按 .env.example 改正:{error}", file=sys.stderr, flush=True)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        print("磁盘空间不足,请清理磁盘后重新运行。", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
