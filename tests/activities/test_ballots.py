"""Votes on agenda items: what is refused, and what the outcome is by the rule."""

import pytest

from tests.activities.test_services import nothing_is_kept, refusal_of
from yiqiao_portal.activities.selectors import outcome_of

CONGRESS = {"expected": 20, "present": 20, "voters_expected": 20, "voters_present": 20}


def vote(yes, no=0, abstain=0, rule="ordinary") -> list[dict]:
    return [
        {
            "title": "表决事项",
            "vote_rule": rule,
            "votes_for": yes,
            "votes_against": no,
            "votes_abstain": abstain,
        }
    ]


@pytest.mark.parametrize(("yes", "no", "abstain"), [(11, 0, 0), (8, 3, 0), (0, 0, 11), (4, 4, 3)])
def test_no_more_votes_than_voters_present(recorded, yes, no, abstain):
    message, field = refusal_of(
        recorded, "congress", **CONGRESS | {"voters_present": 10}, agenda=vote(yes, no, abstain)
    )

    assert field == "agenda"
    assert message == "议题“表决事项”：赞成、反对、弃权共 11 票，多于到会 10 人，请核对票数。"
    assert nothing_is_kept()


def test_without_numbers_of_voters_all_count(recorded):
    message, field = refusal_of(recorded, "congress", expected=20, present=10, agenda=vote(11))

    assert (message, field) == ("议题“表决事项”：赞成、反对、弃权共 11 票，多于到会 10 人，请核对票数。", "agenda")


def test_a_vote_needs_the_numbers(recorded):
    said = refusal_of(recorded, "congress", expected=None, present=None, agenda=vote(1))

    assert said == ("有表决的议题，请先填写应到和实到有表决权人数。", "voters_present")
    assert nothing_is_kept()


def test_with_a_roster_only_those_with_a_vote_who_are_there_count(cast, recorded):
    roster = [row.person_id for row in cast.roster]  # 20, the last two without a vote
    absences = dict.fromkeys(roster[:8], "leave")

    message, _ = refusal_of(recorded, "congress", absences=absences, agenda=vote(11))
    row = recorded("congress", absences=absences, agenda=vote(10))

    assert message == "议题“表决事项”：赞成、反对、弃权共 11 票，多于到会 10 人，请核对票数。"
    assert outcome_of(row.agenda.get(), row).sentence == "赞成 10 票，须超过应到人数的半数（至少 10 票），通过。"


OUTCOMES = [  # rule, voters expected and present, yes → quorate, passed (domain-rules 1.2)
    ("ordinary", 20, 9, 9, False, False),
    ("ordinary", 20, 10, 10, True, False),
    ("ordinary", 20, 11, 11, True, True),
    ("ordinary", 21, 10, 10, False, False),
    ("ordinary", 21, 11, 10, True, False),
    ("ordinary", 21, 11, 11, True, True),
    ("admission", 20, 10, 10, False, False),
    ("admission", 20, 11, 11, True, True),
    ("election", 20, 15, 15, False, False),
    ("election", 20, 16, 8, True, False),
    ("election", 20, 16, 9, True, True),
    ("", 20, 11, 11, True, True),
]


@pytest.mark.parametrize("case", OUTCOMES)
def test_the_outcome_of_a_vote_on_the_record(recorded, case):
    rule, voters, present, yes, quorate, passed = case
    numbers = {"expected": voters, "present": present, "voters_expected": voters, "voters_present": present}

    row = recorded("congress", **numbers, agenda=vote(yes, rule=rule))

    outcome = outcome_of(row.agenda.get(), row)
    assert (outcome.quorate, outcome.passed) == (quorate, passed)


@pytest.mark.parametrize(
    ("numbers", "votes"),
    [
        ({"expected": None, "present": None}, {}),
        ({"expected": 20, "present": 20}, {}),
    ],
)
def test_no_vote_no_outcome(recorded, numbers, votes):
    row = recorded("congress", **numbers, agenda=[{"title": "听取汇报", **votes}])

    assert outcome_of(row.agenda.get(), row) is None


def test_the_page_and_the_print_say_the_outcome(cast, client_for, recorded):
    row = recorded("congress", **CONGRESS | {"voters_present": 10}, agenda=vote(10))
    client = client_for(cast.branch)

    page = client.get(f"/activities/{row.pk}/").content.decode()
    paper = client.get(f"/activities/{row.pk}/?print=1").content.decode()

    assert "赞成 10 票，须超过应到人数的半数（至少 11 票），未通过。" in page
    assert "（赞成10，反对0，弃权0；未通过）" in "".join(paper.split())
