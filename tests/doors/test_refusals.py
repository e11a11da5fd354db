"""Each missing prerequisite: one Chinese sentence that names the remedy, a non-zero exit, nothing half done."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "script"))

import prepare  # noqa: E402 - a program of script/, which is no package


@pytest.fixture
def clone(tmp_path):
    """The files that script/run needs before there is a .venv, in a folder with a space and Chinese."""
    folder = tmp_path / "义桥 clone"
    shutil.copytree(ROOT / "script", folder / "script", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "yiqiao_portal").mkdir()
    for name in ("yiqiao_portal/__init__.py", "yiqiao_portal/processes.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run_door(clone, *arguments, prefix=(), **variables):
    """Exit code and words of script/run."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(clone.parent)} | variables
    command = [*prefix, clone / "script" / "run", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "八千", "80a", "1.5", ""])
def test_a_port_out_of_range(clone, port):
    code, said = run_door(clone, "--port", port)
    assert code == 1
    assert said == f"端口号应是 1 到 65535 之间的整数,现在是 {port}。用法:script/run [--port 端口号](默认 8000)\n"
    assert not (clone / "var").exists()


@pytest.mark.parametrize("arguments", [["--prot", "8000"], ["8000"], ["--port"], ["--port", "1", "2"]])
def test_unknown_arguments(clone, arguments):
    code, said = run_door(clone, *arguments)
    assert code == 1
    assert said.startswith(f"看不懂参数 {' '.join(arguments)}。")


@pytest.mark.parametrize("arguments", [["--port", "8123"], ["--port=8123"]])
def test_a_port_is_read(arguments):
    assert prepare.port_of(arguments) == 8123


def test_no_python_at_all(clone, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dirname").symlink_to(shutil.which("dirname"))
    code, said = run_door(clone, PATH=str(tmp_path / "bin"))
    assert code == 1
    assert said.startswith("没有找到 Python 3.11 或更高版本,请先安装")
    assert said.count("\n") == 1


def test_only_an_old_python(clone, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dirname").symlink_to(shutil.which("dirname"))
    old = tmp_path / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    code, said = run_door(clone, PATH=str(tmp_path / "bin"))
    assert code == 1
    assert said.startswith("没有找到 Python 3.11")


def test_no_venv_module(clone, tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "ensurepip.py").write_text("raise ImportError\n")
    code, said = run_door(clone, "--port", "18999", PYTHONPATH=str(tmp_path / "without"))
    assert code == 1
    assert "Python 缺少 venv 模块,请先安装(例如:apt install python3." in said
    assert not (clone / ".venv").exists()


def test_another_architecture(clone):
    code, said = run_door(clone, prefix=["setarch", "i686"])
    assert code == 1
    assert said == "本系统只支持 64 位 x86 的 Linux,此机是 Linux i686,请换一台机器运行。\n"


def test_a_home_that_is_a_file(clone, tmp_path):
    (tmp_path / "file").touch()
    code, said = run_door(clone, "--port", "18999", PORTAL_HOME=str(tmp_path / "file"))
    assert code == 1
    assert said == f"PORTAL_HOME 指定的 {tmp_path / 'file'} 不是目录,请换一个目录。\n"


def test_a_home_that_cannot_be_written(clone):
    code, said = run_door(clone, "--port", "18999", PORTAL_HOME="/proc/portal")
    assert code == 1
    assert said == "数据目录 /proc/portal 无法写入,请用原来的用户运行,或用 PORTAL_HOME 另指定一个可写的目录。\n"


def test_a_home_of_another_user(clone, tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    if os.getuid() == 0:  # only root can give files away
        os.chown(foreign, 12345, 12345)
        sentence = "属于另一个系统用户,请用原来的用户运行"
    else:
        foreign, sentence = Path("/usr/lib"), "无法写入,请用原来的用户运行"
    code, said = run_door(clone, "--port", "18999", PORTAL_HOME=str(foreign))
    assert code == 1
    assert f"数据目录 {foreign} {sentence}" in said


def test_a_full_disk(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "file")
    assert prepare.unwritable(tmp_path, full) == f"数据目录 {tmp_path} 所在的磁盘已满,请清理磁盘后重新运行。"
    assert prepare.refused_by_system(full) == "磁盘空间不足,请清理磁盘后重新运行。"
    with pytest.raises(prepare.PrepareError, match="至少需要 1000000000000 MB,请清理后重新运行"):
        prepare.check_room(tmp_path, 10**18)


def test_what_the_installer_said_is_explained():
    assert prepare.failed_install("x\nERROR: [Errno 28] No space left on device\n").startswith("磁盘空间不足")
    assert prepare.failed_install("a\n\nno route\n").endswith("请检查网络后重新运行。安装程序最后的输出:\na\nno route")


def test_no_network_leaves_a_clear_sentence(clone):
    """pip without any index fails at once; the half-made .venv carries no stamp."""
    code, said = run_door(
        clone, "--port", "18999", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null", PIP_FIND_LINKS=str(clone / "script")
    )
    assert code == 1
    assert "依赖没有装上,请检查网络后重新运行" in said
    assert list((clone / ".venv").glob("ready-*")) == []
