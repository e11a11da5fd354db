"""The records of the alliances."""

from .alliance import Alliance, AllianceName, ChairTurn, Membership
from .lists import Claim, Match, Need, Resource
from .projects import Milestone, Programme, Progress, ProgressPhoto, Project
from .rivers import Patrol, PatrolItem, PatrolProblem, PatrolRule, River, RiverChief, Section, WaterSample

__all__ = [
    "Alliance",
    "AllianceName",
    "ChairTurn",
    "Claim",
    "Match",
    "Membership",
    "Milestone",
    "Need",
    "Patrol",
    "PatrolItem",
    "PatrolProblem",
    "PatrolRule",
    "Programme",
    "Progress",
    "ProgressPhoto",
    "Project",
    "Resource",
    "River",
    "RiverChief",
    "Section",
    "WaterSample",
]
