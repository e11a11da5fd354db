"""The picture of an alliance: a bridge with one arch for each member (design: look 06). Pure arithmetic."""

from dataclasses import dataclass

LEFT, RIGHT, FOOT, GAP, WIDEST = 76.6, 1023.4, 172, 13, 120
SLOPE, ROUND, SPRING = 0.39, 0.936, 0.504  # how much the outer arches are smaller; height by half width


@dataclass(frozen=True)
class Arch:
    """One arch: its outline, its echo in the water, and where its words stand."""

    outline: str
    echo: str
    middle: float
    top: int  # of the small word under the crown


def arches(count: int) -> list[Arch]:
    """So many arches side by side, the middle ones the highest."""
    if not count:
        return []
    half = max((count - 1) / 2, 1)
    shares = [1 - SLOPE * ((place - (count - 1) / 2) / half) ** 2 for place in range(count)]
    gap = min(GAP, (RIGHT - LEFT) / count / 6)
    unit = min((RIGHT - LEFT - gap * (count - 1)) / sum(shares), WIDEST)
    at = (LEFT + RIGHT - unit * sum(shares) - gap * (count - 1)) / 2
    found = []
    for share in shares:
        found.append(_arch(at, unit * share))
        at += unit * share + gap
    return found


def _arch(left: float, width: float) -> Arch:
    radius = width / 2
    spring = FOOT - radius * SPRING
    right, inner = left + width, max(radius - 5, 1)
    outline = (
        f"M{left:.1f} {FOOT}V{spring:.1f}A{radius:.1f} {radius * ROUND:.1f} 0 0 1 {right:.1f} {spring:.1f}V{FOOT}Z"
    )
    echo = f"M{left + 5:.1f} {FOOT + 6}A{inner:.1f} {inner * ROUND:.1f} 0 0 0 {right - 5:.1f} {FOOT + 6}"
    return Arch(outline, echo, round(left + radius, 1), max(round(spring - radius * ROUND) + 17, 124))
