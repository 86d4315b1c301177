"""What a crew must be able to do and carry for an incident, by its kind, diameter and material.

All of it is the house's own choice, after what the trade does; no clause speaks of it. It asks for a thing only where
the city's roster records that sort of thing of any crew, and of no crew whose card says nothing of the kind: records
that nobody keeps must not leave a leak without a crew. Words and reasons are made in app.messages (``crew_need``,
``crew_need_why``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.dispatch.entries import IncidentKind
from app.dispatch.mains import Family, family_of


class Sort(StrEnum):
    """Where a card records it."""

    SKILL = "skill"
    EQUIPMENT = "equipment"


@dataclass(frozen=True)
class Need:
    """One thing that some incidents need.

    Attributes:
        written: How it is written on cards, Chinese or English, in small letters.
        kinds: Incidents that need it.
        families: Materials of the main that need it, None among them for a material that is not known; empty for any.
        least_dn_mm: From which diameter on; a main whose diameter is not known does not ask for it then.
        sized: Whether it must fit the main's diameter.
    """

    code: str
    sort: Sort
    written: re.Pattern[str]
    kinds: frozenset[IncidentKind]
    families: frozenset[Family | None] = frozenset()
    least_dn_mm: float = 0.0
    sized: bool = False


_LEAKS: Final = frozenset({IncidentKind.VISIBLE_LEAK, IncidentKind.HIDDEN_LEAK, IncidentKind.BURST})
_STATION: Final = frozenset({IncidentKind.STATION_FAILURE})

NEEDS: Final = (
    Need("repair", Sort.SKILL, re.compile(r"抢修|维修|^(pipe )?repairs?$|^leaks?( repairs?)?$"), _LEAKS),
    Need("welding", Sort.SKILL, re.compile(r"(?<!熔)焊|(?<!fusion )weld"), _LEAKS, frozenset({Family.STEEL})),
    Need("fusion", Sort.SKILL, re.compile(r"热熔|电熔|fusion"), _LEAKS, frozenset({Family.PLASTIC})),
    Need(
        "clamp",
        Sort.EQUIPMENT,
        re.compile(r"哈夫|抢修节|clamp"),
        _LEAKS,
        frozenset({Family.IRON, Family.CONCRETE, None}),
        sized=True,
    ),
    Need(
        "drainage",
        Sort.EQUIPMENT,
        re.compile(r"抽水|排水泵|潜水泵|泥浆泵|dewater|drainage pump"),
        frozenset({IncidentKind.BURST}),
        least_dn_mm=300.0,
    ),
    Need("electrician", Sort.SKILL, re.compile(r"电工|机电|electric"), _STATION),
    Need("generator", Sort.EQUIPMENT, re.compile(r"发电|generator"), _STATION),
    Need("sampling", Sort.SKILL, re.compile(r"水质|采样|sampl|water quality"), frozenset({IncidentKind.QUALITY})),
)
"""House. Each has its reason in ``crew_need_why``."""

SIZE_TOLERANCE: Final = 0.1
"""House: a clamp fits mains within this share of its diameter; sizes of the trade lie farther apart."""

_SIZE: Final = re.compile(r"(\d{2,4})(?:\s*(?:[-–~～至]|to)\s*(?:dn)?\s*(\d{2,4}))?")


@dataclass(frozen=True)
class Asked:
    """A need of one incident.

    Attributes:
        dn_mm: The diameter that it must fit; None where any will do.
    """

    need: Need
    dn_mm: float | None = None

    @property
    def name(self) -> str:
        """``clamp:600``, or the code alone; see :func:`code_and_size`."""
        return self.need.code if self.dn_mm is None else f"{self.need.code}:{self.dn_mm:.0f}"


def code_and_size(name: str) -> tuple[str, str]:
    """The code of a need and the diameter that it must fit, "" where any will do, from its name."""
    code, _, size = name.partition(":")
    return code, size


@dataclass(frozen=True)
class Gear:
    """What a crew's card says that it can do and carries."""

    skills: Sequence[str] = ()
    equipment: Sequence[str] = ()

    def of(self, sort: Sort) -> Sequence[str]:
        """Its words of that sort."""
        return self.skills if sort is Sort.SKILL else self.equipment


def recorded(roster: Iterable[Gear]) -> frozenset[str]:
    """Codes of the needs of which the cards of *roster*, those off shift too, say that anybody has them."""
    told = list(roster)
    return frozenset(
        need.code for need in NEEDS if any(_written(need, word) for gear in told for word in gear.of(need.sort))
    )


def needs_of(kind: str, dn_mm: float | None, material: str, known: frozenset[str]) -> tuple[Asked, ...]:
    """What an incident needs.

    Args:
        kind: Of :class:`~app.dispatch.entries.IncidentKind`; "" where it is disputed: then nothing is asked.
        dn_mm: Nominal diameter of the main; None where not known.
        material: As recorded.
        known: What the roster records at all, see :func:`recorded`.
    """
    family = family_of(material)
    return tuple(
        Asked(need, dn_mm if need.sized else None)
        for need in NEEDS
        if need.code in known
        and kind in need.kinds
        and (not need.families or family in need.families)
        and (dn_mm or 0.0) >= need.least_dn_mm
    )


def has(gear: Gear, asked: Asked) -> bool:
    """Whether a crew has what is asked, as its card tells; one that says nothing of the sort refuses nothing."""
    words = gear.of(asked.need.sort)
    return not words or any(_written(asked.need, word) and _fits(word, asked.dn_mm) for word in words)


def _written(need: Need, word: str) -> bool:
    return need.written.search(word.strip().casefold()) is not None


def _fits(word: str, dn_mm: float | None) -> bool:
    """Whether a piece is of the right size: ``哈夫节 DN600``, ``clamp 300-600``; without a size it is for any main."""
    sizes = [(float(low), float(high or low)) for low, high in _SIZE.findall(word.casefold())]
    if dn_mm is None or not sizes:
        return True
    return any(low * (1 - SIZE_TOLERANCE) <= dn_mm <= high * (1 + SIZE_TOLERANCE) for low, high in sizes)
