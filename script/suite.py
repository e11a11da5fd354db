"""The test run behind script/test: its own PostgreSQL, a migrated template database, linters, pytest.

Several runs in one clone share the server: each holds a shared lock of ``users``, and a keeper process stops
the server as soon as nobody holds one. So a killed run leaves nothing behind.
"""

# ruff: noqa: S603, S608, T201, PLW1509 - fixed commands and names of our own; it speaks on a terminal; one thread

import contextlib
import functools
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from yiqiao_portal.embedded_postgres import OWNER, Server, StartError, run, socket_folder  # noqa: E402
from yiqiao_portal.processes import die_with_parent, lock, locked  # noqa: E402

HOME = Path(os.environ["PORTAL_HOME"])
# Speed that only a database without a future may have.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
TEMPLATE_DAYS = 1  # an unused template of another version is dropped after this
CLOSING_SECONDS = 3
LINTERS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "djlint": ["djlint", "templates", "--lint", "--quiet"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache", "--no-logo"],
    "makemigrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}


# --- the server that all runs of this clone share -------------------------------------------------------


@contextlib.contextmanager
def shared_server() -> Iterator[None]:
    """Start or join the test server for the length of a block."""
    users = HOME / "users"
    users.mkdir(exist_ok=True)
    handle = lock(users, shared=True)  # waits while a keeper is stopping
    keeper = None
    try:
        if not Server(HOME).ready():
            keeper = start_keeper()
        yield
    finally:
        os.close(handle)
        if keeper:
            with contextlib.suppress(subprocess.TimeoutExpired):  # others still use it
                keeper.wait(CLOSING_SECONDS)


def start_keeper() -> subprocess.Popen[str]:
    """Start the process that owns the server; it says one line when the server is up or why it is not."""
    command = [sys.executable, __file__, "--keep-server"]
    keeper = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    line = keeper.stdout.readline().strip()
    if line != "ready":
        raise StartError(line or "测试数据库没有启动。")
    return keeper


def keep_server() -> None:
    """The keeper: own the server until nobody holds the lock; hold it alone while stopping."""
    try:
        with Server(HOME, settings=FAST) as server:
            print("ready", flush=True)
            while server.owned and (handle := lock(HOME / "users", wait=False)) is None:
                time.sleep(0.3)
                server.ensure()
        if server.owned:
            os.close(handle)
    except StartError as error:
        print(str(error).replace("\n", " "), flush=True)


# --- databases ------------------------------------------------------------------------------------------


def template_name() -> str:
    """Name of the template database of this version: new migrations or data, new name."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for pattern in ("*/migrations/*.py", "*/data/*", "migrations/*.py", "embedded_postgres.py"):
        for path in sorted(ROOT.glob(f"yiqiao_portal/{pattern}")) + sorted(ROOT.glob(f"*/{pattern}")):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return f"tpl_{digest.hexdigest()[:12]}"


def make_template(name: str) -> bool:
    """Migrate the template once, under another name until it is whole; False when the migrations fail."""
    (HOME / "template").mkdir(exist_ok=True)
    with locked(HOME / "template"):
        if run(HOME, f"select 1 from pg_database where datname = '{name}'"):
            return True
        draft = f"{name}_draft"
        run(HOME, f"drop database if exists {draft} with (force)")
        run(HOME, f"create database {draft} owner {OWNER}")
        address = f"postgres://{OWNER}@/{draft}?host={quote(str(socket_folder(HOME)), safe='')}"
        command = [sys.executable, "manage.py", "migrate", "--database=owner", "--noinput", "-v0"]
        if subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": address}, check=False).returncode:
            print("迁移没有成功,没有模板库可用;下面的测试会各自迁移。", flush=True)
            return False
        run(HOME, f"alter database {draft} rename to {name}")
    return True


def drop_stale(current: str) -> None:
    """Drop what killed runs and older versions left."""
    for name, days in run(
        HOME,
        "select datname, extract(epoch from now() - (pg_stat_file('base/' || oid || '/PG_VERSION')).modification)"
        " / 86400 from pg_database where datname ~ '^(tpl_|test_portal_[0-9])'",
    ):
        if name.startswith("tpl_"):
            stale = name != current and days > TEMPLATE_DAYS
        else:
            stale = not Path("/proc", name.split("_")[2]).exists()
        if stale:
            drop(name)


def drop(name: str) -> None:
    """Drop a database unless somebody else has just done so or is using it."""
    with contextlib.suppress(psycopg2.Error):
        run(HOME, f'drop database if exists "{name}"')


# --- the run --------------------------------------------------------------------------------------------


def set_environment() -> None:
    """What the tests see: nothing of the surroundings that could change a result."""
    kept = {"PORTAL_HOME", "PORTAL_TEST_HOME", "PORTAL_PIN_QUERIES"}
    for name in list(os.environ):
        if name.startswith(("PORTAL_", "DATABASE_")) and name not in kept:
            del os.environ[name]
    os.environ["PORTAL_TESTING"] = "1"
    os.environ["PORTAL_TEST_SUFFIX"] = f"_{os.getpid()}"
    os.environ["COVERAGE_FILE"] = str(HOME / f"coverage.{os.getpid()}")
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(HOME / "hypothesis")
    os.environ["RUFF_CACHE_DIR"] = str(HOME / "ruff")
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        os.environ["PORTAL_NO_SKIP"] = "1"


def call(arguments: list[str]) -> int:
    """Run a Python module or file of the clone to its end; Ctrl-C is passed on and waited for."""
    where = [] if arguments[0].endswith((".py", "-c")) else ["-m"]
    ending = functools.partial(die_with_parent, signal.SIGINT)
    child = subprocess.Popen([sys.executable, *where, *arguments], cwd=ROOT, preexec_fn=ending)
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise


def lint() -> bool:
    """Run every linter; whether all are content."""
    failed = [name for name, arguments in LINTERS.items() if call(arguments)]
    print(f"检查没有通过:{'、'.join(failed)}" if failed else "格式、导入方向与迁移检查通过。", flush=True)
    return not failed


def test(arguments: list[str]) -> int:
    """Run pytest: everything on two processes with coverage, or just what was asked for."""
    long = "--long" in arguments
    wanted = [word for word in arguments if word != "--long"]
    options = [] if long else ["-m", "not long"]
    whole = ["-n", "2", "--cov", "--cov-report=term"]
    return call(["pytest", *options, *(["-n", "0", *wanted] if wanted else whole)])


def main(arguments: list[str]) -> int:
    """Exit code of pytest; 1 when the tests pass and a linter does not."""
    set_environment()
    template = template_name()
    with shared_server():
        drop_stale(template)
        if make_template(template):
            os.environ["PORTAL_TEST_TEMPLATE"] = template
        partial_run = any(word != "--long" for word in arguments)
        clean = partial_run or lint()
        return test(arguments) or int(not clean)


def interrupt(number, frame) -> None:
    """SIGTERM ends the run like Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    if sys.argv[1:] == ["--keep-server"]:
        sys.exit(keep_server())
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except StartError as trouble:
        sys.exit(str(trouble))
