"""The folders of the database's sockets in the temporary folder: held while they are needed, removed when left.

The lock of a folder is what makes it safe: whoever is about to put a server in holds it together with others, and
nobody removes a folder without holding it alone. What holds a server is not empty and cannot be removed.
"""

import contextlib
import os
import stat
import time
from pathlib import Path

from .processes import lock


def hold_folder(folder: Path) -> int | None:
    """A handle that keeps others from taking the folder for a left-over; None when one has just done so."""
    with contextlib.suppress(FileNotFoundError):
        handle = lock(folder, shared=True)
        if os.fstat(handle).st_ino == folder.stat().st_ino:
            return handle
        os.close(handle)
    return None


def remove_left_over(folder: Path) -> None:
    """Remove a socket folder in which no server is and into which none is on its way (it would hold it)."""
    with contextlib.suppress(OSError):  # a server is in it, or another command was quicker
        handle = lock(folder, wait=False)
        if handle is not None:
            try:
                folder.rmdir()
            finally:
                os.close(handle)


def sweep(own: Path, *, older_than: float) -> None:
    """Remove the empty socket folders that killed owners of other homes left, when older than so many seconds.

    A younger one may be in use by an older version of the portal, which does not hold it.
    """
    before = time.time() - older_than
    for folder in own.parent.glob(f"{own.name.rpartition('-')[0]}-*"):
        facts = folder.lstat()
        if folder != own and stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and facts.st_mtime < before:
            remove_left_over(folder)
