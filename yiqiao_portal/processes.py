"""Locks and children that leave nothing behind, whoever is killed. Standard library only."""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL_WORDS = ("No space left on device", "Disk quota exceeded")


def lock(folder: Path, *, shared: bool = False, wait: bool = True) -> int | None:
    """Lock a folder itself, so that no lock file is ever left behind; the kernel frees it with the process.

    Returns the handle to close, or None when it is taken and ``wait`` is false.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the exclusive lock of a folder for the length of a block."""
    handle = lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def die_with_parent(death_signal: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process ``death_signal`` as soon as its parent is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)


def follow_parent(death_signal: int = signal.SIGKILL) -> Callable[[], None]:
    """``preexec_fn`` for a child with a session of its own that never outlives its parent.

    The own session keeps the terminal's Ctrl-C away, so that the parent decides the order of stopping.
    Start such a child from the main thread: the signal follows the thread that made it.
    """
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        os.setsid()
        prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare
