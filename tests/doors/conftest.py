"""Starting script/run as a newcomer does, with a small environment and a home of its own."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from yiqiao_portal.embedded_postgres import socket_folder

ROOT = Path(__file__).resolve().parents[2]
READY = "联心桥已就绪"


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(home: Path) -> set[int]:
    """Pids of the living processes that name ``home`` in their environment or arguments."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            alive = (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and os.fsencode(home) in words and int(folder.name) != os.getpid():
                found.add(int(folder.name))
    return found


class Door:
    """One script/run: its process, its port, its home, what it printed."""

    def __init__(self, home: Path, root: Path = ROOT, user: str | None = None, **variables: str) -> None:
        self.home, self.root, self.user = home, root, user
        self.port = free_port()
        self.output = home.parent / f"{home.name}.out"
        self.environment = {"HOME": str(home.parent), "PATH": "/usr/local/bin:/usr/bin:/bin", "PORTAL_HOME": str(home)}
        self.environment |= variables
        self.process: subprocess.Popen | None = None

    def open(self) -> "Door":
        """Start script/run; returns at once."""
        command = [str(self.root / "script" / "run"), "--port", str(self.port)]
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=file, stderr=file, user=self.user, start_new_session=True
            )
        return self

    def said(self) -> str:
        """All that was printed since the last start."""
        return self.output.read_text(errors="replace")

    def wait_ready(self, seconds: float = 300) -> float:
        """Wait for the line with the address; the seconds it took from here."""
        begin = time.monotonic()
        while READY not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - begin < seconds, self.said()
            time.sleep(0.05)
        return time.monotonic() - begin

    def get(self, path: str = "/healthz") -> int:
        """Status of a page; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT, seconds: float = 30) -> int:
        """Signal script/run and wait; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def wait_gone(self, seconds: float = 15) -> None:
        """Wait until no process of this home is left."""
        deadline = time.monotonic() + seconds
        while processes_of(self.home):
            assert time.monotonic() < deadline, processes_of(self.home)
            time.sleep(0.05)

    def children(self, word: str) -> list[int]:
        """Pids, lowest first, whose command line has ``word``."""
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes_of(self.home)}
        return sorted(pid for pid, command in commands.items() if word.encode() in command)

    def close(self) -> None:
        """Kill what the test left; for the end of the test alone."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(socket_folder(self.home), ignore_errors=True)


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory):
    """A home that script/run has filled and left; copied by the drills, because filling it takes long."""
    door = Door(tmp_path_factory.mktemp("doors") / "filled").open()
    door.wait_ready()
    assert door.stop() == 0
    return door.home


@pytest.fixture
def door(filled_home, tmp_path):
    """A portal on a copy of the filled home, not started yet."""
    home = tmp_path / "home"
    shutil.copytree(filled_home, home)
    one = Door(home)
    yield one
    one.close()
    one.wait_gone()


@pytest.fixture
def make_door(tmp_path):
    """Further portals, each closed at the end."""
    made = []

    def make(home: Path, **options) -> Door:
        made.append(Door(home, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
