"""The kinds of rows that the directory itself takes from a spreadsheet."""

from yiqiao_portal.core.portal import ImportSpec

from ..resources import OrganisationResource, PersonResource
from ..services import bulk
from .checking import OrganisationsChecker, PeopleChecker

KINDS = (
    ImportSpec(
        code="organisations",
        title="组织",
        permission="directory.import_organisations",
        resource=OrganisationResource,
        checker=OrganisationsChecker,
        writer=bulk.import_organisations,
        list_url="directory:organisations",
        list_title="组织台账",
    ),
    ImportSpec(
        code="people",
        title="人员",
        permission="directory.import_people",
        resource=PersonResource,
        checker=PeopleChecker,
        writer=bulk.import_people,
        list_url="directory:people",
        list_title="人员",
        alike="同一组织里已有同名的人，或与前面的行相同",
    ),
)
