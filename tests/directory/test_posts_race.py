"""Two administrators give one account two kinds of posts at the same moment: one of them is refused."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from yiqiao_portal.accounts.models import Role
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.directory.posts_services import give_post


@pytest.mark.django_db(transaction=True)
def test_only_one_kind_wins(cast):
    user, by, results, start = cast.stranger, cast.sysadmin, [], Barrier(2)
    roles = [Role.objects.get(code=code) for code in ("sysadmin", "auditor")]

    def give(role):
        start.wait()
        try:
            give_post(user, by=by, role=role)
            results.append("given")
        except DomainError:
            results.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=give, args=[role]) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["given", "refused"]
    assert user.assignments.count() == 1
