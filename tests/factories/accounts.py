"""Accounts and the posts that give them rights."""

import factory

from yiqiao_portal.accounts.models import Role, User
from yiqiao_portal.directory.models import RoleAssignment

PASSWORD = "Bridge-2026-test"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in, with PASSWORD, and has no post."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"user{number}")
    name = factory.Sequence(lambda number: f"张甲{number}")

    @classmethod
    def _create(cls, model_class, *args, password=PASSWORD, **kwargs):
        user = model_class(**kwargs)
        user.set_password(password)
        user.save()
        return user


class RoleAssignmentFactory(factory.django.DjangoModelFactory):
    """A post: `role` is the role's code."""

    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = "branch"

    @classmethod
    def _create(cls, model_class, *args, role, **kwargs):
        return model_class.objects.create(role=Role.objects.get(code=role), **kwargs)


def user_with_post(username: str, role: str = "", **place) -> User:
    """A user; with `role`, one who holds that post at `organisation` or `area`."""
    user = UserFactory(
        username=username, name=f"{username}同志" if not role else f"张{Role.objects.get(code=role).name}"
    )
    if role:
        RoleAssignmentFactory(user=user, role=role, **place)
    return user
