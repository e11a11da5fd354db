"""Who may do what with places: they belong to an area, not to an organisation."""

import rules

from yiqiao_portal.directory.scope import scope_of


def granted(code: str) -> rules.Predicate:
    """True when the current post's role has `code` and the place lies in an area within reach."""

    @rules.predicate(name=f"places:{code}")
    def predicate(user, place=None):
        scope = scope_of(user)
        return code in scope.grants and (place is None or place.area_id in scope.area_ids)

    return predicate


rules.add_perm("places.view_place", granted("places.view"))
rules.add_perm("places.add_place", granted("places.manage"))
rules.add_perm("places.change_place", granted("places.manage"))
rules.add_perm("places.delete_place", granted("places.manage"))
