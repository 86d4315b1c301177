"""Tickets in and out: rows of another system become complaints, once each; complaints become rows for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from app.dispatch.acts import Done, No
from app.dispatch.facts import FactKind
from app.errors import AppError
from app.messages import Words
from app.operations.complaints import ComplaintDesk, carry_out, text_of
from app.operations.desk_cache import made_search
from app.operations.edit import Author
from app.operations.hotline import PhoneBook
from app.operations.meters import meter_book
from app.operations.outage_words import local
from app.outages.gateway import NoAnswer, posted, refuse_no_server
from app.public.acts import Say, TakeComplaint
from app.public.book import Complaint
from app.public.tickets import Ticket, Unread, Value, ticket_of
from app.workspace import Workspace
from gis.exchange.tables import Cell, Sheet, whole_file, write_csv, write_xlsx
from gis.search import SearchIndex

_DIGITS = re.compile(r"\D+")
_SURE_DIGITS = 7
"""House: fewer digits than this name nobody."""


@dataclass(frozen=True)
class TicketsTaken:
    """What became of tickets.

    Attributes:
        taken: Numbers of new complaints.
        updated: Numbers of complaints that were known, with news from the other system.
        same: How many brought nothing new.
        refused: Rows that could not be taken, with the reasons; the codes of refusals by the desk are those of
            ``complaint_no``.
    """

    taken: tuple[str, ...]
    updated: tuple[str, ...]
    same: int
    refused: tuple[Unread, ...]


class CustomerFinder:
    """Who a ticket comes from: by id, meter, phone, or an address that means one customer alone."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._customers = workspace.city.customers

    @cached_property
    def _phones(self) -> PhoneBook:
        return PhoneBook.of(self._customers.phone)

    @cached_property
    def _search(self) -> SearchIndex:
        return SearchIndex(self._workspace.city, made_search(self._workspace))

    def find(self, ticket: Ticket) -> str:
        """The customer's id; "" where nobody is sure."""
        if ticket.customer and self._customers.ids.find(ticket.customer) >= 0:
            return ticket.customer
        for rows in (self._by_meter(ticket.meter), self._by_phone(ticket.phone), self._by_address(ticket.address)):
            if len(rows) == 1:
                return self._customers.ids[rows[0]]
        return ""

    def _by_meter(self, meter: str) -> list[int]:
        return meter_book(self._workspace).rows(meter) if meter else []

    def _by_phone(self, phone: str) -> list[int]:
        digits = _DIGITS.sub("", phone)
        if len(digits) < _SURE_DIGITS:
            return []
        found = self._phones.rows(digits, 50)
        return [row for row in found if _DIGITS.sub("", self._customers.phone[row]).endswith(digits)]

    def _by_address(self, address: str) -> list[int]:
        if not address:
            return []
        hits = [hit for hit in self._search.find(address, 5) if hit.kind == "customer" and not hit.near]
        return [hit.row for hit in hits if self._customers.address[hit.row] == address]


def take_tickets(
    desk: ComplaintDesk,
    rows: Iterable[Mapping[str, Value]],
    author: Author,
    now: datetime,
    tell: Callable[[int], None] = lambda _done: None,
) -> tuple[ComplaintDesk, TicketsTaken]:
    """Take each row once: a number that is known brings only what was done since.

    Ended in between, what was taken stays taken; run again, nothing is taken twice.

    Raises:
        AppError: ``journal.moved_on``.
        GisError: The disk is full and the like.
    """
    finder = CustomerFinder(desk.workspace)
    taken: list[str] = []
    updated: list[str] = []
    refused: list[Unread] = []
    same = 0
    for at, values in enumerate(rows, start=1):
        ticket = ticket_of(at, values)
        if isinstance(ticket, Unread):
            if ticket.code != "empty":
                refused.append(ticket)
            continue
        known = _known(desk, ticket)
        desk, entity, no = (desk, known, None) if known else _opened(desk, ticket, finder, author, now)
        if no is not None:
            refused.append(Unread(at, no.code, "", str(next(iter(no.detail.values()), "")), ticket.ticket))
            continue
        desk, news = _brought_up(desk, entity, ticket, author, now)
        number = entity.rpartition("/")[2]
        if not known:
            taken.append(number)
        elif news:
            updated.append(number)
        else:
            same += 1
        tell(at)
    return desk, TicketsTaken(tuple(taken), tuple(updated), same, tuple(refused))


def _known(desk: ComplaintDesk, ticket: Ticket) -> str:
    """Entity of the complaint that the ticket is already; "" where it is new."""
    if ticket.ticket:
        return desk.book.tickets.get(ticket.ticket, "")
    found = desk.book.known(ticket.ours) if ticket.ours else None
    return "" if found is None else found.entity


def _opened(
    desk: ComplaintDesk, ticket: Ticket, finder: CustomerFinder, author: Author, now: datetime
) -> tuple[ComplaintDesk, str, No | None]:
    act = TakeComplaint(
        ticket.kind,
        finder.find(ticket),
        ticket.x_m,
        ticket.y_m,
        ticket.source,
        ticket.ticket,
        ticket.received_ms,
        ticket.name,
        ticket.phone,
        ticket.address,
        ticket.note,
    )
    desk, outcome = carry_out(desk, act, author, now)
    return (desk, outcome.about, None) if isinstance(outcome, Done) else (desk, "", outcome)


def _brought_up(
    desk: ComplaintDesk, entity: str, ticket: Ticket, author: Author, now: datetime
) -> tuple[ComplaintDesk, bool]:
    """What the other system says was done and the journal does not know."""
    news = False
    for fact, at_ms in sorted(ticket.times.items(), key=lambda one: one[1]):
        if desk.book.complaints[entity].happened(fact) is None:
            desk, outcome = carry_out(desk, Say(entity.rpartition("/")[2], fact, at_ms=at_ms), author, now)
            news = news or isinstance(outcome, Done)
    return desk, news


_TIMES = {
    "contacted": FactKind.CUSTOMER_CONTACTED,
    "replied": FactKind.REPLY_GIVEN,
    "settled": FactKind.COMPLAINT_SETTLED,
    "called_back": FactKind.CALLBACK_DONE,
}
HEADER = (
    "ticket", "number", "kind", "source", "received", "customer", "name", "phone", "address", "note", "stage",
    *_TIMES, "linked",
)  # fmt: skip


def ticket_rows(desk: ComplaintDesk, since_ms: int = 0) -> Iterator[dict[str, str]]:
    """Complaints as the other system may read them, by our column names; phones unmasked: it is the hotline's own."""
    for one in desk.book.complaints.values():
        if one.standing_facts[-1].at_ms >= since_ms:
            yield _row(desk, one)


def _row(desk: ComplaintDesk, one: Complaint) -> dict[str, str]:
    texts = {role: text_of(desk, one, role) for role in ("name", "phone", "address", "note")}
    facts = {name: one.happened(fact) for name, fact in _TIMES.items()}
    return {
        "ticket": one.said("ticket"),
        "number": one.number,
        "kind": one.kind.value,
        "source": one.said("source"),
        "received": _iso(one.opened_ms),
        "customer": one.said("customer"),
        **texts,
        "stage": one.stage.value,
        **{name: "" if fact is None else _iso(fact.at_ms) for name, fact in facts.items()},
        "linked": one.linked_to.rpartition("/")[2],
    }


def _iso(at_ms: int) -> str:
    return local(at_ms).isoformat(timespec="seconds")


def write_tickets(desk: ComplaintDesk, path: Path, words: Words, since_ms: int = 0) -> int:
    """Write the tickets to *path* (.csv, .xlsx, .json), whole or not at all; how many.

    Raises:
        AppError: ``log.unknown_format``.
        GisError: ``cannot_write_file``.
    """
    rows = list(ticket_rows(desk, since_ms))
    match path.suffix.lower():
        case ".json":
            with whole_file(path) as partial:
                partial.write_text(json_text(rows), encoding="utf-8")
        case ".csv":
            write_csv(path, _sheet(rows, words))
        case ".xlsx":
            write_xlsx(path, [_sheet(rows, words)])
        case _:
            raise AppError("log.unknown_format", path=str(path), known="csv, xlsx, json")
    return len(rows)


def json_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as a JSON list, an object a line."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _sheet(rows: Sequence[Mapping[str, str]], words: Words) -> Sheet:
    """Column names stay ours, so that what was written can be read again; kinds and stages in the reader's words."""
    cells: list[list[Cell]] = [
        [words.name(_WORDS[name], row[name]) if name in _WORDS else row[name] for name in HEADER] for row in rows
    ]
    return Sheet(words.say("ticket", "title"), HEADER, cells)


_WORDS = {"kind": "complaint_kind", "stage": "complaint_stage", "source": "complaint_source"}


def push_tickets(
    desk: ComplaintDesk, address: str, token: str, since_ms: int, timeout_s: float = 20.0
) -> tuple[int, str]:
    """Post the tickets to another system, ``POST {address}/tickets`` with a list; how many went, and why not all did.

    The other side knows each by its number: what is sent again changes nothing there.

    Raises:
        AppError: ``feed.bad_address``.
    """
    # Also where there is nothing to send: a wrong address is told before the day on which there is.
    refuse_no_server(address)
    rows, sent = list(ticket_rows(desk, since_ms)), 0
    for first in range(0, len(rows), _BATCH):
        some = rows[first : first + _BATCH]
        said = posted(address, "tickets", some, token=token, timeout_s=timeout_s)
        if isinstance(said, NoAnswer):
            return sent, said.reason
        sent += len(some)
    return sent, ""


_BATCH = 200
