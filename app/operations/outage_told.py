"""Who was told of a planned outage, and by which of its plans: what the ledger and the journal say together.

A notice belongs to a revision: customers get one for each plan that grew, the public reads one for each plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from app.dispatch.facts import Fact, FactKind
from app.operations.outages import OutageDesk, customers_of
from app.outages.book import Outage, Revision, announced
from app.outages.fates import LEFT, PUBLIC, Audience
from app.outages.ledger import LEDGER, Ledger
from app.outages.templates import NoticeKind

BY_HAND = frozenset({FactKind.NOTICE_DELIVERED, FactKind.EVERYONE_TOLD})
"""Facts that say of all customers of a plan that they were told, however that was done."""

PUBLISHED = {Audience.WEB: FactKind.PUBLIC_TOLD, Audience.MEDIA: FactKind.MEDIA_TOLD}
"""Facts that say that the public was told."""


def notice_id(outage: Outage, kind: NoticeKind, audience: Audience = Audience.CUSTOMERS) -> str:
    """Names a notice in the ledger: another one once the plan has grown.

    Where it only shrank nobody is told again; but each plan has a text of its own for what the public reads, which can
    be replaced.
    """
    of = announced(outage).revision if audience is Audience.CUSTOMERS else outage.plan
    return id_of(outage.number, of.number, kind, audience)


def id_of(number: str, revision: int, kind: NoticeKind, audience: Audience = Audience.CUSTOMERS) -> str:
    """Names the notice of one revision in the ledger."""
    place = "" if audience is Audience.CUSTOMERS else f".{audience.value}"
    return f"{number}.{revision}.{kind.value}{place}"


@contextmanager
def ledger_of(desk: OutageDesk) -> Iterator[Ledger | None]:
    """The ledger of the workspace; None where nothing was ever sent."""
    if not (desk.workspace.folder / LEDGER).is_file():
        yield None
        return
    with closing(Ledger(desk.workspace.folder)) as ledger:
        yield ledger


def begun_by(outage: Outage) -> tuple[Revision, ...]:
    """Revisions for which customers get a notice of their own: the first, and each that grew."""
    return tuple(one for one in outage.revisions if one.grows or one.number == 1)


def told_by(desk: OutageDesk, outage: Outage, ledger: Ledger | None) -> dict[str, int]:
    """By customer the number of the last plan by whose notice he was told, or may have been, of the outage."""
    told: dict[str, int] = {}
    begun = begun_by(outage)
    ends = (*(one.number for one in begun[1:]), len(outage.revisions) + 1)
    for first, end in zip(begun, ends, strict=True):
        if ledger is not None:
            name = id_of(outage.number, first.number, NoticeKind.PLANNED)
            told.update(dict.fromkeys(ledger.with_fate(name, *LEFT), first.number))
        for one in outage.revisions[first.number - 1 : end - 1]:
            if _said_of(outage, one, BY_HAND):
                everyone = (name for some in customers_of(desk, one).values() for name in some)
                told.update(dict.fromkeys(everyone, first.number))
    return told


def was_told(outage: Outage, revision: Revision, ledger: Ledger | None) -> bool:
    """Whether any customer was told, or may have been, by the notice of *revision*, one of :func:`begun_by`."""
    later = next((one.number for one in begun_by(outage) if one.number > revision.number), len(outage.revisions) + 1)
    held = outage.revisions[revision.number - 1 : later - 1]
    name = id_of(outage.number, revision.number, NoticeKind.PLANNED)
    left = ledger is not None and ledger.any_with_fate(name, LEFT)
    return left or any(_said_of(outage, one, BY_HAND) for one in held)


def told_before(desk: OutageDesk, outage: Outage) -> Revision | None:
    """The plan by whose notice customers were told before the one that they get now; None where nobody was."""
    since = announced(outage).revision.number
    with ledger_of(desk) as ledger:
        earlier = (one for one in reversed(begun_by(outage)) if one.number < since)
        return next((one for one in earlier if was_told(outage, one, ledger)), None)


def stands(outage: Outage, audience: Audience, ledger: Ledger | None, before: int = 0) -> Revision | None:
    """The last plan whose notice stands where the public reads it, or may; None where none was published.

    Of plans *before* that number alone, where it is not 0.
    """
    for one in reversed(outage.revisions[: before - 1] if before else outage.revisions):
        name = id_of(outage.number, one.number, NoticeKind.PLANNED, audience)
        left = ledger is not None and ledger.any_with_fate(name, LEFT)
        if left or _said_of(outage, one, frozenset({PUBLISHED[audience]})):
            return one
    return None


def still_announced(desk: OutageDesk, outage: Outage) -> tuple[Audience, ...]:
    """Where the public still reads of an outage that was called off."""
    if outage.cancelled is None:
        return ()
    found = []
    with ledger_of(desk) as ledger:
        for audience in PUBLIC:
            text = stands(outage, audience, ledger)
            if text is None or said_otherwise(outage, audience) is not None:
                continue
            name = id_of(outage.number, text.number, NoticeKind.CALLED_OFF, audience)
            if ledger is None or not ledger.any_with_fate(name, LEFT):
                found.append(audience)
    return tuple(found)


def said_otherwise(outage: Outage, audience: Audience) -> Fact | None:
    """The fact that those who had been told of it were told otherwise since; None while they were not."""
    after_ms = 0 if outage.cancelled is None else outage.cancelled.at_ms
    for fact, of in outage.facts:
        told = str(fact.values.get("audience", Audience.CUSTOMERS.value))
        if (
            fact.kind is FactKind.CALLING_OFF_TOLD
            and told == audience.value
            and of == outage.plan.key
            and fact.at_ms >= after_ms
        ):
            return fact
    return None


def _said_of(outage: Outage, revision: Revision, kinds: frozenset[FactKind]) -> bool:
    return any(fact.kind in kinds and of == revision.key for fact, of in outage.facts)
