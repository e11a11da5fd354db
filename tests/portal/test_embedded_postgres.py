"""The launcher of the database: every way of starting, joining, dying and starting again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from yiqiao_portal.embedded_postgres import NOBODY, Server, StartError, run, socket_folder
from yiqiao_portal.socket_folders import hold_folder

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from yiqiao_portal.embedded_postgres import Server
with Server(Path(sys.argv[1])) as server:
    print(server.process.pid if server.owned else 0, flush=True)
    time.sleep(60)
"""
WAYS = [False, True] if os.getuid() == 0 else [False]  # as_nobody is a way for root alone


def gone(pid: int) -> bool:
    """Whether the process ended (a zombie that nobody has collected counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(condition, seconds: float = 10) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def hold(home: Path) -> tuple[subprocess.Popen, int]:
    """Another process that holds the server of ``home``; with the pid of the server, 0 when it joined."""
    command = [sys.executable, "-c", HOLDER, str(home)]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return holder, int(holder.stdout.readline())


@pytest.fixture(scope="module")
def initialised(tmp_path_factory):
    """A home whose cluster is made; copied by the tests, because initdb takes longer than all the rest."""
    home = tmp_path_factory.mktemp("initialised")
    with Server(home):
        pass
    return home


@pytest.fixture
def home(initialised, tmp_path):
    """A home of its own, ready to start."""
    own = tmp_path / "home"
    shutil.copytree(initialised, own)
    yield own
    shutil.rmtree(socket_folder(own), ignore_errors=True)  # a killed owner leaves the empty folder


@pytest.mark.parametrize("as_nobody", WAYS)
def test_starts_in_a_path_with_spaces_chinese_and_quotes(tmp_path, as_nobody):
    home = tmp_path / '义桥 镇\'s "门户" $HOME'
    with Server(home, as_nobody=as_nobody) as server:
        assert server.owned
        assert run(home, "select current_user, lower('ÀÉ')", user="portal_app", database="portal") == [
            ("portal_app", "àé")
        ]
        owner = NOBODY if as_nobody else os.getuid()
        assert server.data.stat().st_uid == owner
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == owner
    assert not server.owned
    assert not server.socket.exists()


def test_starts_in_a_path_of_140_bytes(initialised, tmp_path):
    home = tmp_path / ("义" * 40) / "home"
    assert len(os.fsencode(home)) > 140
    shutil.copytree(initialised, home)
    with Server(home):
        assert len(os.fsencode(socket_folder(home))) < 60
        assert run(home, "select 1") == [(1,)]


@pytest.mark.parametrize("as_nobody", WAYS)
def test_a_private_parent_folder_keeps_its_mode(initialised, tmp_path, as_nobody):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(initialised, private / "home")
    (private / "home").chmod(0o700)
    with Server(private / "home", as_nobody=as_nobody):
        pass
    modes = [oct(path.stat().st_mode & 0o777) for path in (private, private / "home", private / "home" / "data")]
    assert modes == ["0o700", "0o700", "0o700"]


def test_it_listens_on_a_private_socket_alone(home):
    with Server(home) as server:
        assert run(home, "select setting from pg_settings where name = 'listen_addresses'") == [("",)]
        assert oct(server.socket.stat().st_mode & 0o777) == "0o700"
        assert oct((server.socket / ".s.PGSQL.5432").stat().st_mode & 0o777) == "0o700"


def test_the_shells_locale_and_postgres_variables_do_not_matter(tmp_path, monkeypatch):
    for name, value in {"LC_ALL": "C", "PGPORT": "1234", "PGDATA": "/nowhere", "TMPDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with Server(tmp_path / "home"):
        trigrams = "create extension pg_trgm; select cardinality(show_trgm('义桥镇党委'))"
        assert run(tmp_path / "home", trigrams, user="portal_owner", database="portal") == [(6,)]


def test_two_homes_run_at_once(initialised, tmp_path):
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        shutil.copytree(initialised, home)
    with Server(homes[0]) as one, Server(homes[1]) as two:
        assert one.owned
        assert two.owned
        run(homes[0], "create table only_here ()", user="portal_owner", database="portal")
        with pytest.raises(psycopg2.errors.UndefinedTable):
            run(homes[1], "table only_here", user="portal_owner", database="portal")


def test_a_second_process_joins_and_leaves(home):
    with Server(home) as server:
        holder, pid = hold(home)
        assert pid == 0
        holder.terminate()
        holder.wait()
        with Server(home) as joined:
            assert not joined.owned
        assert server.process.poll() is None
        assert run(home, "select 1") == [(1,)]


def test_many_processes_start_at_once_and_one_owns(home):
    holders = [subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], cwd=ROOT, stdout=subprocess.PIPE)]
    holders += [subprocess.Popen(holders[0].args, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(3)]
    pids = sorted(int(holder.stdout.readline()) for holder in holders)
    assert pids[:3] == [0, 0, 0]
    assert pids[3] > 0
    for holder in holders:
        holder.terminate()
        holder.wait()
    wait_until(lambda: gone(pids[3]))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_parent_takes_its_server_along_cleanly(home, number):
    holder, pid = hold(home)
    holder.send_signal(number)
    holder.wait()
    wait_until(lambda: gone(pid))
    assert "database system is shut down" in (home / "logs" / "postgres.log").read_text()[-200:]
    with Server(home) as server:
        assert server.owned
        assert "not properly shut down" not in server.log.read_text()


def test_a_server_killed_while_its_parent_lives_is_started_again(home):
    with Server(home) as server:
        run(home, "create table kept as select 7 as n", user="portal_owner", database="portal")
        assert server.ensure() is False
        os.kill(server.process.pid, signal.SIGKILL)
        wait_until(lambda: gone(server.process.pid))
        assert server.ensure() is True
        assert run(home, "table kept", user="portal_owner", database="portal") == [(7,)]


def test_a_killed_server_that_stays_a_zombie_is_not_taken_for_alive(home):
    holder, pid = hold(home)
    holder.send_signal(signal.SIGSTOP)  # it cannot collect its child now
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: gone(pid))
    assert Path(f"/proc/{pid}").exists()
    with Server(home) as server:
        assert server.owned
        assert run(home, "select 1") == [(1,)]
    holder.kill()
    holder.wait()


def test_everything_killed_then_started_again(home):
    holder, pid = hold(home)
    run(home, "create table kept as select 7 as n", user="portal_owner", database="portal")
    os.kill(pid, signal.SIGKILL)
    holder.kill()
    holder.wait()
    with Server(home) as server:
        assert server.owned
        assert run(home, "table kept", user="portal_owner", database="portal") == [(7,)]


@pytest.mark.parametrize("text", ["", "12", "not a number\n", "{own}\n/elsewhere\n", "999999999\n"])
@pytest.mark.parametrize("place", ["data", "socket"])
def test_a_stale_or_foreign_pid_file_is_cleared(home, text, place):
    server = Server(home)
    server.socket.mkdir(mode=0o700)
    names = {"data": server.data / "postmaster.pid", "socket": server.socket / ".s.PGSQL.5432.lock"}
    names[place].write_text(text.replace("{own}", str(os.getpid())))
    with server:
        assert server.owned
        assert run(home, "select 1") == [(1,)]


def test_an_interrupted_initdb_is_made_anew(tmp_path):
    half = tmp_path / "home" / "data.init"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Server(tmp_path / "home") as server:
        assert (server.data / "own.conf").exists()
    assert not half.exists()


def test_an_open_or_linked_socket_folder_is_refused(home, tmp_path):
    folder = socket_folder(home)
    folder.mkdir(mode=0o755)
    try:
        with pytest.raises(StartError, match="不是本用户私有的"):
            Server(home).start()
        folder.rmdir()
        folder.symlink_to(tmp_path)
        with pytest.raises(StartError, match="不是本用户私有的"):
            Server(home).start()
    finally:
        folder.unlink(missing_ok=True)


def old(folder: Path, seconds: int = 120) -> Path:
    """An empty folder that was made a while ago."""
    folder.mkdir(mode=0o700, exist_ok=True)
    os.utime(folder, (time.time() - seconds,) * 2)
    return folder


def beside(home: Path, number: int) -> Path:
    """Where the socket of another home would be."""
    return socket_folder(home.parent / f"other{number}")


def test_a_start_removes_the_empty_folders_that_others_left(home, tmp_path):
    left, new, full, foreign = (beside(home, number) for number in range(4))
    foreign = foreign.with_name(f"{foreign.name.rpartition('-')[0]}x-{foreign.name[-12:]}")
    for folder in (left, new, full, foreign):
        old(folder)
    os.utime(new)
    (full / ".s.PGSQL.5432").touch()
    old(full)
    linked = beside(home, 4)
    linked.symlink_to(tmp_path)
    try:
        with Server(home):
            pass
        assert [path.exists() for path in (left, new, full, foreign, linked)] == [False, True, True, True, True]
    finally:
        linked.unlink()
        for folder in (new, full, foreign):
            shutil.rmtree(folder)


def test_a_folder_that_another_start_holds_stays(home):
    """It has made or found its folder and is about to put its server in."""
    folder = old(beside(home, 5))
    handle = hold_folder(folder)
    try:
        with Server(home):
            pass
        assert folder.is_dir()
    finally:
        os.close(handle)
        folder.rmdir()


def test_a_folder_that_vanished_meanwhile_is_not_held(tmp_path, monkeypatch):
    folder = old(tmp_path / "folder")
    open_it = os.open

    def slowly(*arguments):
        """Between the opening and the lock another command takes the folder away and a third makes it anew."""
        handle = open_it(*arguments)
        folder.rename(tmp_path / "gone")
        folder.mkdir()
        return handle

    monkeypatch.setattr(os, "open", slowly)

    assert (hold_folder(folder), hold_folder(tmp_path / "never")) == (None, None)


def test_a_home_of_another_user_is_refused(home):
    if os.getuid() == 0:
        os.chown(home / "data", 12345, 12345)
        foreign, message = home, "属于另一个系统用户"
    else:  # only root can give files away, but an ordinary user meets root's folders everywhere
        foreign, message = Path("/usr/home"), "无法写入数据目录"
    with pytest.raises(StartError, match=message):
        Server(foreign).start()


def test_a_broken_configuration_is_reported_with_the_log(home):
    with pytest.raises(StartError, match="unrecognized configuration parameter"):
        Server(home, settings={"no_such_setting": "1"}).start()


def test_the_two_roles_and_what_they_may(home):
    with Server(home):
        roles = run(
            home,
            "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin from pg_roles"
            " where rolname like 'portal%' order by 1",
        )
        assert roles == [("portal_app", False, False, False, True), ("portal_owner", False, True, False, True)]
        member = "select pg_has_role('portal_app', 'portal_owner', 'member'), rolname from pg_database"
        member += " join pg_roles on datdba = pg_roles.oid where datname = 'portal'"
        assert run(home, member) == [(False, "portal_owner")]


def test_tables_of_the_owner_are_usable_by_the_application(home):
    with Server(home):
        make = "create table thing (id bigint generated always as identity, name text)"
        run(home, make, user="portal_owner", database="portal")
        as_application = {"user": "portal_app", "database": "portal"}
        run(home, "insert into thing (name) values ('一'); update thing set name = '二'", **as_application)
        assert run(home, "select id, name from thing", **as_application) == [(1, "二")]
        for forbidden in ("truncate thing", "drop table thing", "alter table thing add x int", "create table t ()"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                run(home, forbidden, **as_application)


def test_databases_made_later_inherit_the_privileges(home):
    with Server(home):
        run(home, "create database later", user="portal_owner")
        run(home, "create table thing as select 1 as n", user="portal_owner", database="later")
        assert run(home, "table thing", user="portal_app", database="later") == [(1,)]
        assert run(home, "set role portal_app; select current_user", user="portal_owner") == [("portal_app",)]
