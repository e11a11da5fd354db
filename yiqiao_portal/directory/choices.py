"""The word lists of the directory."""

from django.db import models


class AreaLevel(models.TextChoices):
    TOWN = "town", "镇"
    VILLAGE = "village", "村社"
    GRID = "grid", "网格"
    MICROGRID = "microgrid", "微网格"


class OrganisationKind(models.TextChoices):
    """Kinds of organisations (architecture 5). The Party organisations come first."""

    TOWN_COMMITTEE = "town_committee", "镇党委"
    VILLAGE_PARTY = "village_party", "村社党组织"
    NEW_PARTY = "new_party", "两新党组织"
    MASS = "mass", "群团组织"
    OFFICE = "office", "机关科室"
    STATION = "station", "派驻机构"
    CONTACT_UNIT = "contact_unit", "民情联系单位"
    ENTERPRISE = "enterprise", "企业"
    SOCIAL = "social", "社会组织"
    ALLIANCE = "alliance", "联盟"


PARTY_KINDS = (OrganisationKind.VILLAGE_PARTY, OrganisationKind.NEW_PARTY)


class PartyForm(models.TextChoices):
    """What a Party organisation is (domain-rules 8, sheet 2)."""

    COMMITTEE = "committee", "党委"
    GENERAL = "general", "总支"
    BRANCH = "branch", "支部"
    JOINT = "joint", "联合支部"
    TEMPORARY = "temporary", "临时支部"


class Field(models.TextChoices):
    """领域 (domain-rules 8, sheet 2)."""

    RURAL = "rural", "农村"
    COMMUNITY = "community", "社区"
    NEW = "new", "两新"
    OFFICE = "office", "机关"


class Doubles(models.TextChoices):
    """What an import does with a row that looks like somebody who is there already."""

    SKIP = "skip", "跳过"
    UPDATE = "update", "更新"
    CREATE = "create", "新增"
