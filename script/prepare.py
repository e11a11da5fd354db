"""Checks the machine, makes .venv, then becomes the supervisor or the test run. Standard library only.

Every refusal is one Chinese sentence that names the remedy, and a non-zero exit; nothing is half done.
"""

# ruff: noqa: S603, S606, S607, T201 - a command line tool that runs fixed programs of the system

import errno
import glob
import hashlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from yiqiao_portal.processes import DISK_FULL, DISK_FULL_WORDS, follow_parent, lock  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DEFAULT_PORT = 8000
PORT_SECONDS = 2  # the last children of a killed portal let go of its port within this
VENV_BYTES = {"run": 400_000_000, "test": 700_000_000}
HOME_BYTES = 400_000_000  # the database with the demo data and its log take 170 MB
REQUIREMENTS = {
    "run": ["requirements.txt"],
    "test": ["requirements.txt", "requirements-test.txt"],
}
SYSTEM_TOOLS = {"chromium": "chromium", "soffice": "libreoffice-calc-nogui", "pdftotext": "poppler-utils"}
CHINESE_FONTS = ("/usr/share/fonts/**/NotoSansCJK*", "/usr/share/fonts/**/NotoSerifCJK*")
USAGE = "用法:script/run [--port 端口号](默认 8000)"


class PrepareError(Exception):
    """Something is missing; the message is one Chinese sentence."""


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, flush=True)


# --- arguments ------------------------------------------------------------------------------------------


def port_of(arguments: list[str]) -> int:
    """The port that ``--port N`` or ``--port=N`` names."""
    words = [part for word in arguments for part in (word.split("=", 1) if word.startswith("--port=") else [word])]
    if not words:
        return DEFAULT_PORT
    if len(words) != 2 or words[0] != "--port":
        raise PrepareError(f"看不懂参数 {' '.join(arguments)}。{USAGE}")
    if not (words[1].isascii() and words[1].isdigit()) or not 1 <= int(words[1]) <= 65535:
        raise PrepareError(f"端口号应是 1 到 65535 之间的整数,现在是 {words[1]}。{USAGE}")
    return int(words[1])


# --- the machine ----------------------------------------------------------------------------------------


def check_machine() -> None:
    """The database programs exist for Linux on x86-64 alone."""
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "AMD64"}:
        raise PrepareError(
            f"本系统只支持 64 位 x86 的 Linux,此机是 {platform.system()} {platform.machine()},请换一台机器运行。"
        )


def check_port(port: int) -> None:
    """Nobody listens on the port and this user may."""
    deadline = time.monotonic() + PORT_SECONDS
    while port_is_taken(port):
        if time.monotonic() > deadline:
            raise PrepareError(f"端口 {port} 已被占用,请换一个,例如 script/run --port {next_port(port)}。")
        time.sleep(0.1)


def port_is_taken(port: int) -> bool:
    """Whether somebody listens on the port; PrepareError where this user may not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sentence = f"当前用户不能使用端口 {port},请换一个 1024 以上的端口,例如 script/run --port 8000。"
            raise PrepareError(sentence) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return True
    return False


def next_port(port: int) -> int:
    """A port to suggest."""
    return port + 1 if port < 65535 else DEFAULT_PORT


def check_home(home: Path) -> None:
    """The portal's home can be made, belongs to this user, can be written and has room."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / f".probe-{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise PrepareError(unwritable(home, error)) from None
    if home.stat().st_uid != os.getuid():
        raise PrepareError(f"数据目录 {home} 属于另一个系统用户,请用原来的用户运行,或用 PORTAL_HOME 另指定一个目录。")
    if not (home / "data").exists():
        check_room(home, HOME_BYTES)


def unwritable(home: Path, error: OSError) -> str:
    """Why the portal's home cannot be written."""
    if error.errno in DISK_FULL:
        return f"数据目录 {home} 所在的磁盘已满,请清理磁盘后重新运行。"
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"PORTAL_HOME 指定的 {home} 不是目录,请换一个目录。"
    return f"数据目录 {home} 无法写入,请用原来的用户运行,或用 PORTAL_HOME 另指定一个可写的目录。"


def check_room(folder: Path, needed: int) -> None:
    """Enough free space for what is about to be written."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise PrepareError(
            f"磁盘空间不足:{folder} 还剩 {free // 10**6} MB,至少需要 {needed // 10**6} MB,请清理后重新运行。"
        )


# --- .venv ----------------------------------------------------------------------------------------------


def fingerprint(kind: str) -> str:
    """Changes whenever .venv must be brought up to date."""
    texts = [(ROOT / name).read_bytes() for name in REQUIREMENTS[kind]]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def venv_is_ready(kind: str) -> bool:
    """Whether .venv was finished for these requirements and its Python still runs."""
    stamp = VENV / f"ready-{kind}"
    return stamp.exists() and stamp.read_text() == fingerprint(kind) and venv_works()


def venv_works() -> bool:
    """Whether .venv was finished once and its Python still finds its own parts and what was installed."""
    if not any(VENV.glob("ready-*")) or not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import ssl, gunicorn"], check=False, capture_output=True).returncode == 0


def make_venv(kind: str, log: Path) -> None:
    """Bring .venv up to date, one process at a time; one that was left half-made is made anew."""
    if venv_is_ready(kind):
        return
    handle = lock(ROOT, wait=False)
    if handle is None:
        say("另一个窗口正在安装依赖,请稍候……")
        handle = lock(ROOT)
    try:
        if not venv_is_ready(kind):
            install(kind, log)
    finally:
        os.close(handle)


def install(kind: str, log: Path) -> None:
    """Make .venv and install the requirements; the stamp is written last."""
    say("正在安装依赖(首次约需一分钟)……")
    marks = {name: fingerprint(name) for name in REQUIREMENTS if kind in {name, "test"}}
    check_room(ROOT, VENV_BYTES[kind])
    if not venv_works():
        check_venv_module()
        if VENV.exists():
            shutil.rmtree(VENV)
        run_logged([sys.executable, "-m", "venv", VENV], log)
    for stamp in VENV.glob("ready-*"):
        stamp.unlink()
    files = [word for name in REQUIREMENTS[kind] for word in ("-r", ROOT / name)]
    options = ["--quiet", "--no-input", "--no-compile", "--no-cache-dir", "--disable-pip-version-check"]
    run_logged([PYTHON, "-m", "pip", "install", *options, *files], log)
    for name, mark in marks.items():
        (VENV / f"ready-{name}").write_text(mark)


def check_venv_module() -> None:
    """Debian and Ubuntu ship Python without the parts that make a venv."""
    command = [sys.executable, "-c", "import venv, ensurepip"]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise PrepareError(f"Python 缺少 venv 模块,请先安装(例如:apt install {name}),再重新运行。")


def run_logged(command: list, log: Path) -> None:
    """Run a step of the installation, its words in the log; PrepareError with the last of them when it fails."""
    environment = {**os.environ, "PIP_USER": "0"}
    with log.open("wb") as file:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            preexec_fn=follow_parent(),
        )
    if done.returncode:
        raise PrepareError(failed_install(log.read_text(errors="replace")))


def failed_install(said: str) -> str:
    """Chinese sentence for what pip said."""
    if any(words in said for words in DISK_FULL_WORDS):
        return "磁盘空间不足,依赖没有装完,请清理磁盘后重新运行。"
    lines = [line for line in said.splitlines() if line.strip()]
    return "依赖没有装上,请检查网络后重新运行。安装程序最后的输出:\n" + "\n".join(lines[-5:])


# --- system tools of the tests --------------------------------------------------------------------------


def missing_packages() -> list[str]:
    """Debian packages that the tests want and this machine lacks."""
    missing = [package for tool, package in SYSTEM_TOOLS.items() if not shutil.which(tool)]
    if not any(glob.glob(pattern, recursive=True) for pattern in CHINESE_FONTS):  # noqa: PTH207
        missing.append("fonts-noto-cjk")
    return missing


def install_packages(log: Path) -> None:
    """As root with apt: install what lacks. Otherwise say loudly what will be skipped."""
    missing = missing_packages()
    if missing and os.getuid() == 0 and shutil.which("apt-get"):
        say(f"正在安装测试用的系统软件:{' '.join(missing)}……")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        with log.open("wb") as file:
            for words in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
                subprocess.run(["apt-get", "-qq", *words], check=False, stdout=file, stderr=file)
        missing = missing_packages()
    if missing:
        say("=" * 80)
        say(f"注意:缺少 {' '.join(missing)},用到它们的测试将被跳过;请用 root 运行 apt install {' '.join(missing)}。")
        say("=" * 80)


# --- doors ----------------------------------------------------------------------------------------------


def environment(home: Path) -> dict[str, str]:
    """What the next program sees: its home, nothing of another Python or another PostgreSQL."""
    foreign = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    if not kept.get("DATABASE_URL"):
        kept = {name: value for name, value in kept.items() if not name.startswith("PG")}
    own = {
        "PORTAL_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "yiqiao_portal.settings",
        "PYTHONPYCACHEPREFIX": str(VENV / "pycache"),  # the source tree is left as it is
    }
    return kept | own


def become(home: Path, arguments: list) -> None:
    """Replace this process: signals reach the program itself."""
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *map(str, arguments)], environment(home))


def run(arguments: list[str]) -> None:
    """script/run: checks first, cheap ones before dear ones."""
    if arguments and arguments[0] in {"-h", "--help"}:
        say(USAGE)
        return
    port = port_of(arguments)
    check_machine()
    check_port(port)
    home = Path(os.environ.get("PORTAL_HOME") or ROOT / "var").absolute()
    check_home(home)
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    make_venv("run", home / "logs" / "install.log")
    become(home, ["-m", "yiqiao_portal.supervisor", port])


def test(arguments: list[str]) -> None:
    """script/test: as script/run, with the test tools and a home of its own."""
    check_machine()
    home = Path(os.environ.get("PORTAL_TEST_HOME") or ROOT / "var" / "test").absolute()
    check_home(home)
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    make_venv("test", home / "logs" / "install.log")
    install_packages(home / "logs" / "apt.log")
    become(home, [ROOT / "script" / "suite.py", *arguments])


def refused_by_system(error: OSError) -> str:
    """Chinese sentence for a file that could not be written or a program that could not be run."""
    if error.errno in DISK_FULL:
        return "磁盘空间不足,请清理磁盘后重新运行。"
    return f"无法使用 {error.filename or ROOT}({error.strerror}),请检查它的所有者和权限后重新运行。"


def main() -> int:
    """Exit code 1: something is missing; 130: stopped by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts its background jobs deaf to it
    try:
        {"run": run, "test": test}[sys.argv[1]](sys.argv[2:])
    except PrepareError as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(refused_by_system(error), file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
