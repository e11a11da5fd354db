"""A child that misbehaves costs one refused upload and nothing else."""

import io
import os

import pytest

from yiqiao_portal.core import sandbox
from yiqiao_portal.core.sandbox import Limits, Refused, RefusedTooLarge, Sentences

SENTENCES = Sentences(broken="坏了，请重新保存。", heavy="太大，请拆开。")


SHORT = Limits(cpu=1, wall=10)


def run(function: str, data: bytes = b"", limits: Limits = SHORT, **options) -> bytes:
    return sandbox.run(f"tests.fixtures.children:{function}", data, options, sentences=SENTENCES, limits=limits)


def refusal(function: str, **options) -> Refused:
    with pytest.raises(Refused) as caught:
        run(function, **options)
    return caught.value


def test_bytes_go_in_and_come_out():
    assert run("double", b"\x00\xff\n", times=3) == b"\x00\xff\n" * 3


def test_the_refusal_of_the_child_is_the_refusal_of_the_parent():
    small, large = refusal("refuse", large=False), refusal("refuse", large=True)

    assert (type(small), small.message, small.code, small.status) == (Refused, "请改小后再传。", "own_code", 400)
    assert (type(large), large.message, large.code, large.status) == (
        RefusedTooLarge,
        "请改小后再传。",
        "own_code",
        413,
    )


def test_the_child_can_open_neither_file_nor_socket():
    assert run("open_file") == b"OSError OSError"


def test_the_child_sees_no_secret_of_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")

    seen = set(run("environment").decode().split())

    assert seen <= {"PATH", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH"}
    assert "DATABASE_URL" in os.environ


@pytest.mark.parametrize("function", ["eat_memory", "spin"])
def test_memory_and_time_have_a_ceiling(function):
    assert (refusal(function).message, refusal(function).code) == (SENTENCES.heavy, "heavy")


def test_wall_time_has_a_ceiling():
    assert refusal("spin", limits=Limits(cpu=60, wall=1)).code == "heavy"


def test_output_has_a_ceiling():
    assert refusal("double", data=b"x" * 1000, times=2, limits=Limits(output=1999)).code == "heavy"


def test_a_child_that_falls_over_is_a_broken_file():
    assert (refusal("fall").message, refusal("fall").code) == (SENTENCES.broken, "broken")


def test_reading_stops_at_the_limit_and_starts_at_the_beginning():
    source = io.BytesIO(b"12345")
    source.seek(3)

    assert sandbox.read_limited(source, 5, "太大，请拆开。") == b"12345"
    with pytest.raises(RefusedTooLarge, match="太大，请拆开。"):
        sandbox.read_limited(io.BytesIO(b"123456"), 5, "太大，请拆开。")
