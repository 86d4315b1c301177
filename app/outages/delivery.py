"""Tell everybody once: notices through a gateway that may fail, stall and repeat itself.

Nothing is sent whose last sending nobody knows the end of: the gateway is asked first. What it does not know is sent
again, under the same id; what it took and knows no more stays on its way, for it may have been told. Whoever shares a
phone with somebody told, or soon to be, needs no second message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.outages.fates import Delivery, Fate, Row
from app.outages.gateway import TOGETHER, Answer, Gateway, Message, NoAnswer
from app.outages.ledger import Ledger

_SETTLED = frozenset({Fate.TOLD, Fate.REFUSED})
HELD_MS = 120_000
"""So long a sender that was killed keeps others from sending."""

Clock = Callable[[], int]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Notice:
    """One notice to many.

    Attributes:
        id: Names it in the ledger, such as ``J3.2.planned``.
        text: What everybody is told.
        phones: Phone number by recipient; "" for none.
        replaces: Id of the message of an earlier notice that this one takes the place of; "" for none.
    """

    id: str
    text: str
    phones: Mapping[str, str]
    replaces: str = ""


def deliver(
    ledger: Ledger,
    gateway: Gateway,
    notice: Notice,
    clock: Clock,
    token: str,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Delivery:
    """Go through all who wait once; ask again later where it is not finished.

    Args:
        ledger: Who was told already.
        gateway: How they are told.
        notice: What, and to whom.
        clock: UTC milliseconds.
        token: Names this process among those that might send.
        tell: Is told how many of how many are done.

    Raises:
        AppError: ``notice.being_sent``.
        GisError: The ledger cannot be written: nothing more is sent then.
    """
    fates = {one: Fate.WAITING if phone else Fate.NO_PHONE for one, phone in notice.phones.items()}
    ledger.hold(token, clock(), clock() + HELD_MS)
    try:
        ledger.enter(notice.id, fates, clock())
        reason = _asked_after(ledger, gateway, notice, clock) or _sent(ledger, gateway, notice, clock, token, tell)
    finally:
        ledger.let_go(token)
    return Delivery(counted(row for row in ledger.rows(notice.id) if row.recipient in notice.phones), reason)


def counted(rows: Iterable[Row]) -> dict[Fate, int]:
    """How many of *rows* stand how."""
    found = Counter(row.fate for row in rows)
    return {fate: found[fate] for fate in Fate}


def _asked_after(ledger: Ledger, gateway: Gateway, notice: Notice, clock: Clock) -> str:
    """Find out what became of what was sent; why that cannot be found out."""
    handed = set(ledger.with_fate(notice.id, Fate.HANDED))
    asked, known = ledger.with_fate(notice.id, Fate.SENT, Fate.HANDED), dict[str, Answer]()
    reason = ""
    for batch in _batches(asked):
        said = gateway.taken([_message_id(notice, one) for one in batch])
        if isinstance(said, NoAnswer):
            reason = said.reason
            asked = asked[: asked.index(batch[0])]
            break
        known |= _firsts(said)
    # What the gateway has once taken it may have told already, whatever it knows of it now: that is not sent again.
    # Of those who share a phone it knows one alone; the others follow that one.
    settled = {notice.phones.get(row.recipient) for row in ledger.rows(notice.id) if row.fate in _SETTLED}
    settled |= {notice.phones.get(one) for one in asked if _message_id(notice, one) in known}
    ledger.mark(notice.id, _became(notice, asked, handed, settled, known), clock())
    return reason


def _became(
    notice: Notice,
    asked: Iterable[str],
    handed: Collection[str],
    settled: Collection[str | None],
    known: Mapping[str, Answer],
) -> Iterator[tuple[str, Fate, str]]:
    for one in asked:
        is_on_its_way = one in handed and notice.phones.get(one) not in settled
        yield _fate(one, known.get(_message_id(notice, one)), Fate.HANDED if is_on_its_way else Fate.WAITING)


def _sent(
    ledger: Ledger,
    gateway: Gateway,
    notice: Notice,
    clock: Clock,
    token: str,
    tell: Callable[[int, int], None],
) -> str:
    """Send to who waits; why that was broken off."""
    by_phone: dict[str, list[str]] = {}
    for one in ledger.with_fate(notice.id, Fate.WAITING):
        by_phone.setdefault(notice.phones.get(one, ""), []).append(one)
    # Who left the plan since the notice was begun has no phone here, and nothing to be told.
    by_phone.pop("", None)
    before = _before(ledger, notice)
    shared = [phone for phone in by_phone if phone in before]
    ledger.mark(notice.id, [(one, *before[phone]) for phone in shared for one in by_phone.pop(phone)], clock())
    groups, done = list(by_phone.values()), 0
    for batch in _batches(groups, gateway.largest):
        ledger.hold(token, clock(), clock() + HELD_MS)
        everyone = [one for group in batch for one in group]
        ledger.mark(notice.id, [(one, Fate.SENT, "") for one in everyone], clock())
        said = gateway.send([_message(notice, group[0]) for group in batch])
        if isinstance(said, NoAnswer):
            if said.never_left:
                ledger.mark(notice.id, [(one, Fate.WAITING, "") for one in everyone], clock())
            return said.reason
        ledger.mark(notice.id, _by_answer(notice, batch, said), clock())
        done += len(batch)
        tell(done, len(groups))
    return ""


def _before(ledger: Ledger, notice: Notice) -> dict[str, tuple[Fate, str]]:
    """By phone, what became of the message that was sent to it: told, with the receipt, or on its way."""
    rows = [row for row in ledger.rows(notice.id) if row.fate in (Fate.HANDED, Fate.TOLD)]
    # Told comes last, and so it holds.
    rows.sort(key=lambda row: row.fate is Fate.TOLD)
    return {notice.phones.get(row.recipient, ""): (row.fate, row.receipt) for row in rows}


def _by_answer(notice: Notice, groups: Iterable[list[str]], said: Sequence[Answer]) -> Iterator[tuple[str, Fate, str]]:
    """What the answers make of each group; who is not in them stays SENT. The first answer about one holds."""
    known = _firsts(said)
    for group in groups:
        answer = known.get(_message_id(notice, group[0]))
        if answer is not None:
            yield from (_fate(one, answer, Fate.SENT) for one in group)


def _firsts(said: Sequence[Answer]) -> dict[str, Answer]:
    """By message, the first that was said of it: a gateway may repeat itself."""
    return {answer.id: answer for answer in reversed(said)}


def _fate(one: str, answer: Answer | None, otherwise: Fate) -> tuple[str, Fate, str]:
    if answer is None:
        return one, otherwise, ""
    if answer.on_its_way:
        return one, Fate.HANDED, ""
    return (one, Fate.TOLD, answer.receipt) if answer.receipt else (one, Fate.REFUSED, answer.error)


def _message(notice: Notice, recipient: str) -> Message:
    return Message(_message_id(notice, recipient), notice.phones[recipient], notice.text, notice.replaces)


def message_id(notice: str, recipient: str) -> str:
    """By what id a gateway knows the message of *notice* to *recipient*."""
    return f"{notice}/{recipient}"


def _message_id(notice: Notice, recipient: str) -> str:
    return message_id(notice.id, recipient)


def _batches(values: Sequence[_T], size: int = TOGETHER) -> Iterator[Sequence[_T]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]
