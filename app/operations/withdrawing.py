"""A laptop that was lost or stolen: nothing more is taken from it, until it is in the right hands again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from app.journal.log import Journal
from app.operations.hub import exchanged
from app.operations.hub_entitled import refuse_unentitled_as_told
from app.operations.taking import refuse_laptop
from app.sync.laptops import Laptop, LaptopKind, laptop_of, laptops_in, readmitted, whole_id, withdrawn
from app.sync.membership import membership_of
from app.workspace_files import JOURNAL, refuse_stranger


@dataclass(frozen=True)
class LaptopShown:
    """One laptop that was taken.

    Attributes:
        until_ms: How long it may be written, UTC.
        withdrawn_ms: Since when nothing more is taken from it, UTC; None where it is.
        by, why: Who withdrew it, and why as far as the words were not erased; "" where nobody did.
        brought: Whether it ever brought something home, or joined a hub.
    """

    laptop: str
    holder: str
    area: str
    taken_ms: int
    until_ms: int
    brought: bool
    withdrawn_ms: int | None
    by: str
    why: str


@dataclass(frozen=True)
class Decided:
    """A laptop was withdrawn, or is trusted again.

    Attributes:
        withdrawn: Which of the two.
        reached: Whether the hub knows, where there is one; it will with the next exchange otherwise.
    """

    laptop: str
    withdrawn: bool
    reached: bool


def laptops_of(folder: Path) -> tuple[LaptopShown, ...]:
    """Every laptop that was taken, by when. Raises what opening the workspace raises."""
    refuse_stranger(folder)
    with closing(Journal.open(folder / JOURNAL, readonly=True)) as journal:
        return tuple(_shown(journal, laptop) for laptop in laptops_in(journal))


def _shown(journal: Journal, laptop: Laptop) -> LaptopShown:
    gone = laptop.withdrawn
    return LaptopShown(
        laptop.id,
        _words(journal, laptop.holder),
        laptop.area,
        laptop.taken_ms,
        laptop.until_ms,
        bool(laptop.devices),
        None if gone is None else gone.at_ms,
        "" if gone is None else gone.by,
        "" if gone is None else _words(journal, gone.why),
    )


def _words(journal: Journal, text_id: str) -> str:
    return (journal.text(text_id) or "") if text_id else ""


def withdraw(folder: Path, beginning: str, why: str, now: datetime, actor: str) -> Decided:
    """Take nothing more from the laptop whose id begins with *beginning*; what it brought stays.

    Args:
        folder: The workspace of the centre, or of any console of the hub.
        beginning: Of the laptop's id.
        why: In words; they stand beside the chain and can be erased.
        now: The moment.
        actor: Who says so.

    Raises:
        AppError: ``bundle.no_such_laptop``, ``laptop.no_reason``, ``laptop.withdrawn_already``,
            ``laptop.not_the_centre``, ``hub.would_refuse``, ``hub.rights_unknown``.
        GisError: What the store raises.
    """
    return _decide(folder, beginning, why, now, actor, gone=True)


def readmit(folder: Path, beginning: str, why: str, now: datetime, actor: str) -> Decided:
    """Trust a withdrawn laptop again.

    Raises:
        AppError: ``laptop.not_withdrawn``; else as :func:`withdraw`.
        GisError: As :func:`withdraw`.
    """
    return _decide(folder, beginning, why, now, actor, gone=False)


def _decide(folder: Path, beginning: str, why: str, now: datetime, actor: str, *, gone: bool) -> Decided:
    refuse_stranger(folder)
    refuse_laptop(folder)
    if not why.strip():
        raise AppError("laptop.no_reason")
    follows = membership_of(folder) is not None
    kind = LaptopKind.WITHDRAWN if gone else LaptopKind.READMITTED
    # Another console may know the laptop, or have withdrawn it.
    reached = exchanged(folder) if follows else True
    with closing(Journal.open(folder / JOURNAL)) as journal:
        laptop = laptop_of(journal, whole_id(journal, beginning))
        if laptop is None:
            raise AppError("bundle.no_such_laptop", laptop=beginning)
        if gone is (laptop.withdrawn is not None):
            raise AppError("laptop.withdrawn_already" if gone else "laptop.not_withdrawn", laptop=laptop.id)
        if follows:
            refuse_unentitled_as_told(folder, [(actor, "", kind)])
        draft = withdrawn(laptop.id, why) if gone else readmitted(laptop.id, why)
        journal.append([draft], now, actor)
    return Decided(laptop.id, gone, reached and (not follows or exchanged(folder)))
