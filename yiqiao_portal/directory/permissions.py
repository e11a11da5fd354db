"""Who may do what in the directory; `granted` is what every app's predicates are built from."""

import rules

from yiqiao_portal.core import registry

from .scope import scope_of


def granted(code: str) -> rules.Predicate:
    """True when the current post's role has `code` and the row's organisation lies within reach."""

    @rules.predicate(name=f"granted:{code}")
    def predicate(user, row=None):
        scope = scope_of(user)
        return code in scope.grants and (row is None or scope.covers(organisation_of(row)))

    return predicate


def organisation_of(row) -> int | None:
    """The organisation that a row belongs to; an organisation belongs to itself."""
    return getattr(row, "organisation_id", row.pk if row._meta.label == "directory.Organisation" else None)


@rules.predicate
def sees_business(user):
    """The user's post has an organisation or area."""
    return scope_of(user).sees_business


def role_is(*codes: str) -> rules.Predicate:
    """The current post's role is one of these; for pages without business rows."""

    @rules.predicate(name=f"role:{','.join(codes)}")
    def predicate(user):
        return scope_of(user).role in codes

    return predicate


@rules.predicate
def imports_something(user):
    """Any kind of rows, of this app or of another."""
    return any(rules.has_perm(spec.permission, user) for spec in registry.imports().values())


rules.add_perm("directory.view_area", sees_business)
rules.add_perm("directory.view_organisation", granted("directory.view"))
rules.add_perm("directory.add_organisation", granted("directory.manage"))
rules.add_perm("directory.change_organisation", granted("directory.manage"))
rules.add_perm("directory.delete_organisation", granted("directory.manage"))
rules.add_perm("directory.view_person", granted("directory.people"))
rules.add_perm("directory.add_person", granted("directory.people.manage"))
rules.add_perm("directory.change_person", granted("directory.people.manage"))
rules.add_perm("directory.delete_person", granted("directory.people.manage"))
rules.add_perm("directory.reveal_phone", granted("directory.reveal"))
rules.add_perm("directory.view_roster", granted("directory.roster"))
rules.add_perm("directory.change_roster", granted("directory.roster.manage"))
rules.add_perm("directory.import_records", imports_something)
rules.add_perm("directory.import_people", granted("directory.import") & granted("directory.people.manage"))
rules.add_perm("directory.import_organisations", granted("directory.import") & granted("directory.manage"))
rules.add_perm("accounts.manage_users", role_is("sysadmin"))
rules.add_perm("accounts.view_log", role_is("auditor"))
rules.add_perm("core.view_jobs", role_is("sysadmin"))
rules.add_perm("core.signed_in", rules.is_authenticated)
