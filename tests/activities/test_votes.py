"""Vectors of quorum and majority (支部工作条例 article 11; admission and election marked unsure)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqiao_portal.activities.votes import ADMISSION, ELECTION, ORDINARY, RULES, Ballot, decide, passes, quorum


@pytest.mark.parametrize(("expected", "needed"), [(1, 1), (2, 1), (3, 2), (20, 10), (21, 11)])
def test_quorum_is_half_or_more(expected, needed):
    assert quorum(expected) == needed


@pytest.mark.parametrize(
    ("expected", "present", "yes", "quorate", "passed"),
    [
        (20, 9, 9, False, False),
        (20, 10, 10, True, False),
        (20, 11, 11, True, True),
        (20, 20, 10, True, False),
        (20, 20, 11, True, True),
        (21, 10, 10, False, False),
        (21, 11, 10, True, False),
        (21, 11, 11, True, True),
        (1, 1, 1, True, True),
        (0, 0, 0, False, False),
    ],
)
def test_ordinary_vote(expected, present, yes, quorate, passed):
    result = decide(Ballot(expected, present, yes))

    assert (result.quorate, result.passed) == (quorate, passed)
    assert passes(expected, present, yes) is passed


def test_sentences_say_what_is_missing():
    assert decide(Ballot(20, 9, 9)).sentence == "应到有表决权党员 20 人，到会 9 人，不足 10 人，不能表决。"
    assert decide(Ballot(20, 10, 10)).sentence == "赞成 10 票，须超过应到人数的半数（至少 11 票），未通过。"
    assert decide(Ballot(20, 11, 11)).sentence == "赞成 11 票，须超过应到人数的半数（至少 11 票），通过。"
    assert decide(Ballot(0, 0, 0)).sentence == "应到有表决权党员为 0 人，不能表决。"


@pytest.mark.parametrize(
    ("expected", "present", "yes", "written", "passed"),
    [
        (20, 10, 10, 5, False),
        (20, 11, 10, 0, False),
        (20, 11, 10, 1, True),
        (21, 10, 10, 5, False),
        (21, 11, 11, 0, True),
    ],
)
def test_admission_needs_more_than_half_present_and_counts_written_opinions(expected, present, yes, written, passed):
    assert decide(Ballot(expected, present, yes, written_yes=written), rule=ADMISSION).passed is passed


def test_written_opinions_do_not_count_in_an_ordinary_vote():
    assert decide(Ballot(20, 11, 10, written_yes=5), rule=ORDINARY).passed is False


@pytest.mark.parametrize(
    ("expected", "present", "yes", "quorate", "passed"),
    [(20, 15, 15, False, False), (20, 16, 8, True, False), (20, 16, 9, True, True), (21, 16, 16, False, False)],
)
def test_election_needs_four_fifths_present_and_more_than_half_of_them(expected, present, yes, quorate, passed):
    result = decide(Ballot(expected, present, yes), rule=ELECTION)

    assert (result.quorate, result.passed) == (quorate, passed)


def test_rules_name_their_source_and_what_is_unsure():
    assert {code: rule.sure for code, rule in RULES.items()} == {
        "ordinary": True,
        "admission": False,
        "election": False,
    }
    assert all(rule.source.startswith("《") for rule in RULES.values())


@pytest.mark.parametrize(
    ("ballot", "sentence"),
    [
        (Ballot(20, 21, 0), "到会 21 人，多于应到 20 人，请核对有表决权的应到人数和到会人数。"),
        (
            Ballot(20, 18, 0, written_yes=3),
            "到会 18 人加书面意见 3 人，多于应到 20 人，请核对有表决权的应到人数和到会人数。",
        ),
        (Ballot(20, 15, 10, 5, 1), "赞成、反对、弃权共 16 票，多于到会 15 人，请核对票数。"),
        (Ballot(20, 15, -1), "人数和票数不能小于 0，请核对。"),
    ],
)
def test_impossible_counts_are_named(ballot, sentence):
    assert ballot.errors() == (sentence,)
    with pytest.raises(ValueError, match=sentence[:6]):
        decide(ballot)


@given(expected=st.integers(1, 2000), data=st.data())
def test_majorities_agree_with_their_words(expected, data):
    present = data.draw(st.integers(0, expected))
    yes = data.draw(st.integers(0, present))

    assert decide(Ballot(expected, present, yes)).quorate is (2 * present >= expected)
    assert passes(expected, present, yes) is (2 * yes > expected and 2 * present >= expected)
    assert decide(Ballot(expected, present, yes), rule=ADMISSION).quorate is (2 * present > expected)
    assert passes(expected, present, yes, rule=ELECTION) is (5 * present >= 4 * expected and 2 * yes > present)
