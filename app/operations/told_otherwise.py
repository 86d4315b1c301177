"""Whoever was told of an outage that will not be his is told so: it was called off, or its plan leaves him out now.

He is told once, of the notice that he had last; who never was told of it is not told that it will not be.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.dispatch.facts import FactKind, Value
from app.errors import AppError
from app.journal.events import milliseconds
from app.operations.outage_notices import (
    SERVICES,
    Recipient,
    Sending,
    recipients,
    refuse_in_a_drill,
    refuse_what_is_not_so,
)
from app.operations.outage_told import (
    begun_by,
    id_of,
    ledger_of,
    said_otherwise,
    stands,
    still_announced,
    told_by,
    was_told,
)
from app.operations.outages import OutageDesk, carry_out, customers_of
from app.outages.acts import Happened
from app.outages.book import Outage, Revision
from app.outages.delivery import Notice, deliver, message_id
from app.outages.fates import Audience, Delivery, Fate, Row
from app.outages.ledger import Ledger
from app.outages.templates import NoticeKind
from network.columns import IdColumn

CALLED_OFF = NoticeKind.CALLED_OFF


@dataclass(frozen=True)
class Concerned:
    """Customers who were told of an outage that will not be theirs.

    Attributes:
        groups: Their ids by the number of the plan of which they were told last; a phone has one group.
        phones: By customer; "" for none.
        rows: How the notice to each of them stands; those to whom it was not begun wait, or have no phone.
        is_done: Whether the journal says that all of them were told, however that was done.
    """

    groups: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    is_done: bool = False

    @property
    def owed(self) -> int:
        """How many still are to be told."""
        return 0 if self.is_done else sum(row.fate is not Fate.TOLD for row in self.rows)

    @property
    def messages(self) -> int:
        """How many of them a message can tell that has not gone out, or of which nobody knows whether it has."""
        return 0 if self.is_done else sum(row.fate in {Fate.WAITING, Fate.SENT} for row in self.rows)


def concerned(desk: OutageDesk, outage: Outage) -> Concerned:
    """Who was told of *outage* and is not to be without water by it any more."""
    with ledger_of(desk) as ledger:
        return _concerned(desk, outage, ledger)


def _concerned(desk: OutageDesk, outage: Outage, ledger: Ledger | None) -> Concerned:
    if outage.cancelled is None and len(outage.revisions) == 1:
        return Concerned()
    still: set[str] = set()
    if outage.cancelled is None:
        still = {one for some in customers_of(desk, outage.plan).values() for one in some}
    told = {one: at for one, at in told_by(desk, outage, ledger).items() if one not in still}
    # Behind a phone that rings for a home which stays without water "called off" would be heard of that one.
    busy = {phone for phone in _phones(desk, tuple(still)).values() if phone} if told else set()
    phones = {one: phone for one, phone in _phones(desk, tuple(told)).items() if phone not in busy}
    told = {one: at for one, at in told.items() if one in phones}
    if not told:
        return Concerned()
    known: dict[int, dict[str, Row]] = {}
    for at in set(told.values()):
        rows = () if ledger is None else ledger.rows(id_of(outage.number, at, CALLED_OFF))
        known[at] = {row.recipient: row for row in rows}
    last: dict[str, int] = {}
    for one, at in told.items():
        if one not in known[at]:
            last[phones[one]] = max(at, last.get(phones[one], 0))
    groups: dict[int, list[str]] = {}
    for one in sorted(told):
        # Who shares a phone is told with the others behind it, by one message; what was begun goes on as it was.
        begun = one in known[told[one]] or not phones[one]
        groups.setdefault(told[one] if begun else last[phones[one]], []).append(one)
    found = tuple(
        known[at].get(one) or Row(one, Fate.WAITING if phones[one] else Fate.NO_PHONE, "", 0, 0)
        for at, some in groups.items()
        for one in some
    )
    grouped = {at: tuple(some) for at, some in sorted(groups.items())}
    return Concerned(grouped, phones, found, said_otherwise(outage, Audience.CUSTOMERS) is not None)


def _phones(desk: OutageDesk, ids: tuple[str, ...]) -> dict[str, str]:
    """Phone by customer; none of who has left the network."""
    customers = desk.workspace.city.customers
    rows = customers.ids.find_many(IdColumn.of(ids)).tolist()
    return {one: customers.phone[row] if row >= 0 else "" for one, row in zip(ids, rows, strict=True)}


def owed_by(desk: OutageDesk, outage: Outage, now: datetime) -> tuple[Concerned, tuple[Audience, ...]]:
    """Who still is to be told that it will not be his, and where the public still reads that it will be.

    Once every time is over for which it was announced, all have seen that it was not: nobody is to be told.
    """
    if _is_past(outage, now):
        return Concerned(), ()
    return concerned(desk, outage), still_announced(desk, outage)


def _is_past(outage: Outage, now: datetime) -> bool:
    return milliseconds(now) >= max(one.end_ms for one in outage.revisions)


def owes_word(desk: OutageDesk, outage: Outage, now: datetime) -> bool:
    """Whether *outage* was called off and not everybody who was told of it was told so, or reads so, in time."""
    if outage.cancelled is None or _is_past(outage, now):
        return False
    if said_otherwise(outage, Audience.CUSTOMERS) is None:
        with ledger_of(desk) as ledger:
            if any(was_told(outage, one, ledger) for one in begun_by(outage)):
                return True
    return bool(still_announced(desk, outage))


def text_revision(desk: OutageDesk, outage: Outage, audience: Audience = Audience.CUSTOMERS) -> Revision:
    """The plan of which *audience* was told last: what is called off is called by its time."""
    with ledger_of(desk) as ledger:
        if audience is not Audience.CUSTOMERS:
            return stands(outage, audience, ledger) or outage.plan
        groups = _concerned(desk, outage, ledger).groups
    return outage.revisions[max(groups) - 1] if groups else outage.plan


def to_be_told(desk: OutageDesk, outage: Outage, kind: NoticeKind) -> Iterator[Recipient]:
    """Everybody for whom the notice of *kind* is: of what is called off those who were told, services included."""
    if kind is not CALLED_OFF:
        yield from recipients(desk, outage.plan)
        return
    found = concerned(desk, outage)
    wanted = {one for some in found.groups.values() for one in some}
    if wanted and outage.cancelled is not None:
        wanted |= SERVICES
    for plan in reversed(outage.revisions):
        for one in recipients(desk, plan):
            if one.id in wanted:
                wanted.discard(one.id)
                yield one


def tell_otherwise(desk: OutageDesk, outage: Outage, say: Callable[[Revision], str], by: Sending) -> Delivery:
    """Tell whoever was told of *outage* and is not concerned any more; once all were, say so in the journal.

    Args:
        desk: The book.
        outage: Called off, or with a plan that leaves out customers who were told.
        say: The text, by the plan of which they were told.
        by: How they are told.

    Raises:
        AppError: ``notice.nobody_told`` where nobody needs to be; ``notice.drill``, ``notice.not_approved``,
            ``notice.over``, ``notice.being_sent``.
    """
    refuse_in_a_drill(desk.workspace.folder)
    began_ms = by.clock()
    refuse_what_is_not_so(desk, outage, CALLED_OFF, datetime.fromtimestamp(began_ms / 1000, UTC))
    token = secrets.token_hex(8)
    with closing(Ledger(desk.workspace.folder)) as ledger:
        notices = _notices(desk, outage, say, ledger, by.audience)
        if not notices:
            raise AppError("notice.nobody_told", number=outage.number)
        done = [deliver(ledger, by.gateway, notice, by.clock, token, by.tell) for notice in notices]
    counts = {fate: sum(one.counts[fate] for one in done) for fate in Fate}
    whole = Delivery(counts, next((one.reason for one in done if one.reason), ""))
    if whole.everyone:
        values: dict[str, Value] = {"audience": by.audience.value, **{fate.value: counts[fate] for fate in Fate}}
        now = datetime.fromtimestamp(by.clock() / 1000, UTC)
        # Of the plan, and since the moment, by which it was seen who is to be told: what was planned anew or called
        # off while thousands were told concerns others as well.
        told = Happened(outage.number, FactKind.CALLING_OFF_TOLD, began_ms, values, of=outage.plan.key)
        carry_out(desk, told, by.author, now)
    return whole


def _notices(
    desk: OutageDesk, outage: Outage, say: Callable[[Revision], str], ledger: Ledger, audience: Audience
) -> list[Notice]:
    """What is to be sent; none where nobody was told of it."""
    if audience is Audience.CUSTOMERS:
        found = _concerned(desk, outage, ledger)
        return [
            Notice(
                id_of(outage.number, at, CALLED_OFF),
                say(outage.revisions[at - 1]),
                {one: found.phones[one] for one in some},
            )
            for at, some in found.groups.items()
        ]
    text = stands(outage, audience, ledger) if outage.cancelled is not None else None
    if text is None:
        return []
    replaced = message_id(id_of(outage.number, text.number, NoticeKind.PLANNED, audience), audience.value)
    name = id_of(outage.number, text.number, CALLED_OFF, audience)
    return [Notice(name, say(text), {audience.value: audience.value}, replaced)]
