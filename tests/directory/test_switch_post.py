"""Who has several posts stands for one of them at a time."""

import pytest
from django.urls import reverse

from tests.factories.directory import PersonFactory


def found(response) -> list[str]:
    return [row.record.name for row in response.context["table"].page.object_list]


def test_a_switch_of_post_changes_what_is_seen(cast, client_for):
    mine, theirs = PersonFactory(organisation=cast.party), PersonFactory(organisation=cast.other_party)
    client = client_for(cast.several)
    second = cast.several.assignments.get(organisation=cast.other_party)
    assert found(client.get(reverse("directory:people"))) == [mine.name]

    response = client.post(reverse("directory:switch_post"), {"post": second.pk}, follow=True)

    assert f"已切换到：{second.label}。" in response.content.decode()
    assert found(client.get(reverse("directory:people"))) == [theirs.name]


@pytest.mark.parametrize("post", ["", "0", "x", "987654"])
def test_nobody_takes_a_post_of_another(cast, client_for, post):
    assert cast.town
    client = client_for(cast.branch)

    assert client.post(reverse("directory:switch_post"), {"post": post}).status_code == 404
    assert client.get(reverse("directory:switch_post")).status_code == 405
