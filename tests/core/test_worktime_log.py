"""The clock of one matter: share, stage, remaining time and words; logs that contradict themselves."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clockwork import TOWN, log, moment
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.worktime import (
    Due,
    Paused,
    Promised,
    Resumed,
    Stage,
    Started,
    Unit,
    due_from_events,
    phrase,
    read_log,
    working_time_between,
)

TUESDAY = "2026-03-10 09:00 promised {}; 2026-03-10 09:00 started"


def clock(limit: str, *events: str):
    """A matter begun on Tuesday 10 March 2026 at 9:00."""
    return read_log(log(";".join([TUESDAY.format(limit), *events])))


@pytest.mark.parametrize(
    ("limit", "events", "now", "share", "stage"),
    [
        ("5 工作时", [], "2026-03-10 08:00", 0.0, Stage.NORMAL),
        ("5 工作时", [], "2026-03-10 10:00", 0.2, Stage.NORMAL),
        ("5 工作时", [], "2026-03-10 12:59", 0.6, Stage.NORMAL),
        ("5 工作时", [], "2026-03-10 14:00", 0.8, Stage.YELLOW),
        ("5 工作时", [], "2026-03-10 15:00", 1.0, Stage.RED),
        ("5 工作时", [], "2026-03-11 10:00", 1.6, Stage.RED),
        ("1 工作日", [], "2026-03-10 16:00", 6 / 14, Stage.NORMAL),
        ("1 工作日", [], "2026-03-11 17:00", 1.0, Stage.RED),
        ("1 自然日", [], "2026-03-11 00:00", 15 / 39, Stage.NORMAL),
        ("10 紧急工作时", [], "2026-03-10 17:00", 0.8, Stage.YELLOW),
        ("0 工作时", [], "2026-03-10 08:59", 0.0, Stage.NORMAL),
        ("0 工作时", [], "2026-03-10 09:00", 1.0, Stage.RED),
        ("5 工作时", ["2026-03-10 10:00 paused"], "2026-03-12 10:00", 0.2, Stage.NORMAL),
        ("5 工作时", ["2026-03-10 10:00 paused", "2026-03-12 09:00 resumed"], "2026-03-12 12:00", 0.8, Stage.YELLOW),
        ("5 工作时", ["2026-03-10 10:00 finished"], "2026-03-12 10:00", 0.2, Stage.NORMAL),
        ("2 工作时", ["2026-03-10 10:00 extended 2 工作时"], "2026-03-10 11:00", 0.5, Stage.NORMAL),
        ("2 工作日", ["2026-03-10 10:00 promised 4 工作时"], "2026-03-10 13:30", 3.5 / 4, Stage.YELLOW),
        ("1 工作日", ["2026-03-10 10:00 extended 24 紧急工作时"], "2026-03-11 13:00", 0.5, Stage.NORMAL),
    ],
)
def test_the_share_of_time_that_has_run(limit, events, now, share, stage):
    read = clock(limit, *events)

    assert (read.share(moment(now)), read.stage(moment(now))) == (share, stage)


@pytest.mark.parametrize(
    ("limit", "events", "now", "words"),
    [
        ("4 工作时", [], "2026-03-10 10:00", "还剩 3 工作时"),
        ("4 工作时", [], "2026-03-10 10:20", "还剩 2.6 工作时"),
        ("4 工作时", [], "2026-03-10 12:30", "还剩 1 工作时"),
        ("4 工作时", [], "2026-03-10 13:20", "还剩 40 分钟"),
        ("4 工作时", [], "2026-03-10 13:59:30", "还剩 不到 1 分钟"),
        ("4 工作时", [], "2026-03-10 16:00", "已超 2 工作时"),
        ("4 工作时", [], "2026-03-12 14:00", "已超 2 工作日"),
        ("2 工作日", [], "2026-03-10 09:00", "还剩 2 工作日"),
        ("2 工作日", [], "2026-03-11 16:00", "还剩 1 工作日"),
        ("2 工作日", [], "2026-03-12 10:00", "还剩 6 工作时"),
        ("2 工作日", [], "2026-03-13 10:00", "已超 1 工作时"),
        ("2 工作日", [], "2026-03-16 17:00", "已超 2 工作日"),
        ("3 自然日", [], "2026-03-10 23:00", "还剩 3 天"),
        ("3 自然日", [], "2026-03-13 18:00", "还剩 6 小时"),
        ("3 自然日", [], "2026-03-16 06:00", "已超 2 天"),
        ("4 紧急工作时", [], "2026-03-10 12:30", "还剩 30 分钟"),
        ("4 紧急工作时", [], "2026-03-10 18:00", "已超 5 小时"),
        ("4 工作时", ["2026-03-10 10:00 paused"], "2026-03-20 10:00", "已挂起，还剩 3 工作时"),
        ("2 工作日", ["2026-03-10 10:00 paused"], "2026-03-20 10:00", "已挂起，还剩 2 工作日"),
        ("4 工作时", ["2026-03-10 16:00 paused"], "2026-03-20 10:00", "已挂起，已超 2 工作时"),
        ("4 工作时", ["2026-03-10 14:00 finished"], "2026-03-20 10:00", "按时办结"),
        ("4 工作时", ["2026-03-10 15:30 finished"], "2026-03-20 10:00", "超期 1.5 工作时办结"),
        ("4 工作时", ["2026-03-10 10:00 finished", "2026-03-12 09:00 resumed"], "2026-03-12 10:00", "还剩 2 工作时"),
    ],
)
def test_the_clock_in_words(limit, events, now, words):
    assert phrase(clock(limit, *events), moment(now)) == words


def test_a_clock_that_has_not_begun():
    read = read_log(log("2026-03-10 09:00 promised 4 工作时"))
    now = moment("2026-03-10 10:00")

    assert (read.due, read.reaches(), read.share(now), read.late(now)) == (None, None, 0.0, False)
    assert phrase(read, now) == "尚未开始计时"


def test_exactly_at_the_due_is_in_time_and_a_moment_later_is_not():
    due = moment("2026-03-10 14:00")

    assert not clock("4 工作时").late(due)
    assert clock("4 工作时").late(due + timedelta(microseconds=1))
    assert not clock("4 工作时", "2026-03-10 14:00 finished").late(moment("2026-03-20 10:00"))


@pytest.mark.parametrize(
    ("limit", "events", "yellow"),
    [
        ("5 工作时", [], "2026-03-10 14:00"),
        ("5 工作时", ["2026-03-10 11:00 paused", "2026-03-10 16:00 resumed"], "2026-03-11 10:00"),
        ("10 紧急工作时", [], "2026-03-10 17:00"),
        ("4 工作日", [], "2026-03-13 17:00"),
    ],
)
def test_the_moment_of_the_warning_can_be_kept(limit, events, yellow):
    read = clock(limit, *events)

    assert read.reaches() == moment(yellow)
    assert read.stage(moment(yellow)) == Stage.YELLOW
    assert read.stage(moment(yellow) - timedelta(microseconds=1)) == Stage.NORMAL
    assert read.reaches(Fraction(1)) == read.due.at


def test_what_was_reopened_may_be_paused_and_finished_again():
    read = clock(
        "4 工作时",
        "2026-03-10 10:00 finished",
        "2026-03-12 09:00 resumed",
        "2026-03-12 10:00 paused",
        "2026-03-12 11:00 resumed",
        "2026-03-12 12:00 finished",
    )

    assert (read.finished, read.paused, read.due) == (True, False, Due(moment("2026-03-12 14:00")))
    assert read.remaining(moment("2026-03-20 10:00")) == timedelta(hours=1)


def test_no_warning_is_known_while_the_clock_stands():
    assert clock("5 工作时", "2026-03-10 10:00 paused").reaches() is None


def test_the_accept_limit_does_not_swallow_the_finish_limit():
    start = moment("2026-03-10 09:00")
    accept, finish = (due_from_events([Started(start), Promised(start, hours, "工作时")]) for hours in (8, 4))

    assert (accept, finish) == (Due(moment("2026-03-11 10:00")), Due(moment("2026-03-10 14:00")))


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ("2026-03-10 09:00 started", "没有写明期限，无法计时。"),
        ("", "没有写明期限，无法计时。"),
        ("2026-03-10 09:00 paused", "没有在计时，不能挂起。"),
        ("2026-03-10 09:00 finished", "没有在计时，不能办结。"),
        ("2026-03-10 09:00 resumed", "没有挂起，也没有办结，不能恢复计时。"),
        ("2026-03-10 09:00 extended 1 工作日", "还没有开始计时或已经办结，不能延期。"),
        ("2026-03-10 09:00 started; 2026-03-10 10:00 started", "已经在计时，不能再次开始。"),
        ("2026-03-10 09:00 started; 2026-03-10 08:00 paused", "记录的时间先后不对，请按发生的先后排列。"),
        ("2026-03-10 09:00 started; 2026-03-10 10:00 resumed", "没有挂起，也没有办结，不能恢复计时。"),
        ("2026-03-10 09:00 started; 2026-03-10 10:00 paused; 2026-03-10 11:00 paused", "没有在计时，不能挂起。"),
        ("2026-03-10 09:00 started; 2026-03-10 10:00 finished; 2026-03-10 11:00 paused", "没有在计时，不能挂起。"),
        ("2026-03-10 09:00 started; 2026-03-10 10:00 finished; 2026-03-10 11:00 finished", "没有在计时，不能办结。"),
        ("2026-03-10 09:00 promised -1 工作时", "期限要在 0 到 36500 之间，请改正。"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused(events, sentence):
    with pytest.raises(DomainError) as caught:
        read_log(log(events))

    assert caught.value.message == sentence


STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1), timezones=st.just(TOWN))
STEPS = st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=2, max_size=8)
HOURS = st.integers(1, 200)


def paused_log(start, amount, unit, steps):
    """Started, then paused and resumed at turns, each step later than the one before; it runs in the end."""
    events = [Promised(start, amount, unit), Started(start)]
    at = start
    for number, step in enumerate(steps[: len(steps) // 2 * 2]):
        at += step
        events.append((Resumed if number % 2 else Paused)(at))
    return events


@given(start=STARTS, amount=HOURS, steps=STEPS)
def test_working_time_outside_the_pauses_is_exactly_what_was_promised(start, amount, steps):
    events = paused_log(start, amount, Unit.HOURS, steps)
    due = due_from_events(events).at
    pauses = zip(events[2::2], events[3::2], strict=True)
    stood = [working_time_between(min(begin.at, due), min(end.at, due)) for begin, end in pauses]

    assert working_time_between(start, due) - sum(stood, timedelta()) == timedelta(hours=amount)


@given(start=STARTS, amount=HOURS, steps=STEPS, unit=st.sampled_from(Unit))
def test_at_its_due_the_whole_time_has_run_and_none_is_left(start, amount, steps, unit):
    read = read_log(paused_log(start, amount, unit, steps))

    assert read.remaining(read.due.at) == timedelta(0)
    assert read.share(read.due.at) == 1.0
    assert not read.late(read.due.at)


@given(start=STARTS, amount=HOURS, steps=STEPS, unit=st.sampled_from(Unit))
def test_a_pause_never_brings_the_due_nearer(start, amount, steps, unit):
    plain = due_from_events([Promised(start, amount, unit), Started(start)])

    assert plain.at <= due_from_events(paused_log(start, amount, unit, steps)).at


@given(
    start=STARTS, amount=HOURS, later=HOURS, steps=STEPS, units=st.tuples(st.sampled_from(Unit), st.sampled_from(Unit))
)
def test_a_change_of_type_gives_the_due_that_the_new_type_would_have_had(start, amount, later, steps, units):
    """The paused time survives: only the last limit counts, wherever in the log it was set."""
    events = paused_log(start, amount, units[0], steps)
    direct = due_from_events(paused_log(start, later, units[1], steps))

    for place in range(1, len(events)):
        changed = [*events[:place], Promised(events[place - 1].at, later, units[1]), *events[place:]]
        assert due_from_events(changed) == direct
