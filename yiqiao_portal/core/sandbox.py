"""Foreign bytes: a bounded read, and work on them in a child process that can hurt nothing but itself.

The child has no secrets in its environment, a ceiling on memory, time and output, and after its imports it can open
no file and no socket. A parser that is fooled there costs one refused upload, never a worker.
"""

import importlib
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from yiqiao_portal.core.exceptions import DomainError, TooLarge

logger = logging.getLogger(__name__)

MIB = 1 << 20
ROOT = Path(__file__).resolve().parents[2]
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from yiqiao_portal.core.sandbox import child_main; child_main(*sys.argv[2:])"
)
REFUSED = 3  # exit status of a child whose standard output is the refusal, not the result
HEAVY = 4  # exit status of a child that met a ceiling and could still say so
STOPPED = {HEAVY, -6, -9, -24}  # or was stopped by one: abort (out of memory in Rust or C), kill, CPU time


class Refused(DomainError):
    """An upload is not taken. `code` is the short reason for the audit log (`upload.rejected`)."""

    def __init__(self, message: str, *, code: str, field: str | None = None):
        super().__init__(message, field=field)
        self.code = code


class RefusedTooLarge(Refused, TooLarge):
    """An upload is larger than the portal takes, packed or unpacked."""


@dataclass(frozen=True)
class Limits:
    """Ceilings of one child: bytes of address space, seconds of CPU and of wall time, bytes of output."""

    memory: int = 1024 * MIB
    cpu: int = 20
    wall: int = 30
    output: int = 32 * MIB


@dataclass(frozen=True)
class Sentences:
    """What the user reads when the child dies without an answer: `broken` file, or one `heavy` beyond the limits."""

    broken: str
    heavy: str


def read_limited(source: BinaryIO | bytes, limit: int, message: str) -> bytes:
    """All bytes of `source`, from its start; RefusedTooLarge with `message` when there are more than `limit`."""
    if isinstance(source, bytes):
        data = source
    else:
        source.seek(0)
        data = source.read(limit + 1)
    if len(data) > limit:
        raise RefusedTooLarge(message, code="too_large")
    return data


def run(entry: str, data: bytes, options: dict, *, sentences: Sentences, limits: Limits = Limits()) -> bytes:
    """Call `entry` ("package.module:function") with (data, options) in a child process; return the bytes it returns.

    Raises Refused as the child raised it, or with one of `sentences` when the child was stopped or fell over.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken, tempfile.TemporaryFile() as said:
        given.write(data)
        given.seek(0)
        status = _wait(entry, options, limits, (given, taken, said))
        answer, complaint = _content(taken, limits.output), _content(said, 4096)
    if status == 0:
        return answer
    if status == REFUSED:
        raise _refusal(answer)
    logger.warning("upload child %s ended with %s: %s", entry, status, complaint.decode("utf-8", "replace")[-300:])
    heavy = status in STOPPED
    raise Refused(sentences.heavy if heavy else sentences.broken, code="heavy" if heavy else "broken")


def _wait(entry: str, options: dict, limits: Limits, streams: tuple) -> int:
    command = [sys.executable, "-I", "-c", BOOT, str(ROOT), entry, json.dumps(options), json.dumps(vars(limits))]
    given, taken, said = streams
    keep = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, arguments made here
            command,
            stdin=given,
            stdout=taken,
            stderr=said,
            env={**keep, "LC_ALL": "C.UTF-8"},
            timeout=limits.wall,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -9
    return done.returncode


def _content(stream: BinaryIO, limit: int) -> bytes:
    stream.seek(0)
    return stream.read(limit)


def _refusal(answer: bytes) -> Refused:
    said = json.loads(answer)
    kind = RefusedTooLarge if said["status"] == RefusedTooLarge.status else Refused
    return kind(said["message"], code=said["code"])


def child_main(entry: str, options: str, limits: str) -> None:
    """What the child runs: shut the doors, read standard input, answer on standard output, exit with a status."""
    allowed = Limits(**json.loads(limits))
    _ceiling(resource.RLIMIT_AS, allowed.memory)
    _ceiling(resource.RLIMIT_CPU, allowed.cpu)
    _ceiling(resource.RLIMIT_FSIZE, allowed.output)
    _ceiling(resource.RLIMIT_CORE, 0)
    module, _, function = entry.partition(":")
    work = getattr(importlib.import_module(module), function)
    _ceiling(resource.RLIMIT_NOFILE, 3)  # the standard streams only: no file, no socket
    answer, status = _answer(work, json.loads(options), allowed.output)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(status)


def _ceiling(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _answer(work, options: dict, ceiling: int) -> tuple[bytes, int]:
    try:
        answer = work(sys.stdin.buffer.read(), options)
    except Refused as no:
        return json.dumps({"message": no.message, "code": no.code, "status": no.status}).encode(), REFUSED
    except MemoryError:
        return b"", HEAVY
    return (answer, 0) if len(answer) <= ceiling else (b"", HEAVY)
