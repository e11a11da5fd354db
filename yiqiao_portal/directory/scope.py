"""What part of the town a user stands for now: one post, its organisations and areas, its rights."""

from dataclasses import dataclass

from yiqiao_portal.core import registry


@dataclass(frozen=True)
class Scope:
    """The reach of the current post. The ids are fetched once a request, never joined by prefix in each query."""

    role: str = ""
    post_id: int | None = None
    organisation_id: int | None = None
    area_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    area_ids: frozenset[int] = frozenset()
    grants: frozenset[str] = frozenset()

    @property
    def sees_business(self) -> bool:
        """Posts with an organisation or area; the system administrator and the auditor have neither."""
        return bool(self.organisation_ids or self.area_ids)

    def covers(self, organisation_id: int | None) -> bool:
        """Whether an organisation lies within reach."""
        return organisation_id in self.organisation_ids


def scope_of(user) -> Scope:
    """The scope of the user's current post, worked out once per user object."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope()
    if not hasattr(user, "_scope"):
        use_post(user, None)
    return user._scope


def posts_of(user):
    """The user's posts that are valid today, in the order of the roles."""
    return user.assignments.with_place()


def use_post(user, post_id: int | None) -> None:
    """Make one of the user's posts the current one; an unknown or ended one falls back to the first."""
    posts = list(posts_of(user))
    chosen = next((post for post in posts if post.pk == post_id), posts[0] if posts else None)
    user.posts, user.post = posts, chosen
    user._scope = _reach(chosen) if chosen else Scope()


def refresh(user) -> None:
    """The tree has changed within this request: work the user's reach out anew."""
    use_post(user, scope_of(user).post_id)


def _reach(post) -> Scope:
    """The organisations and areas at and below the post's place."""
    return Scope(
        role=post.role.code,
        post_id=post.pk,
        organisation_id=post.organisation_id,
        area_id=post.area_id,
        organisation_ids=_ids_below(post.organisation),
        area_ids=_ids_below(post.area or (post.organisation.area if post.organisation else None)),
        grants=registry.grants_of(post.role.code),
    )


def _ids_below(node) -> frozenset[int]:
    if node is None:
        return frozenset()
    return frozenset(type(node).objects.filter(path__startswith=node.path).values_list("pk", flat=True))
