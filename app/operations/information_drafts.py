"""Acts about information that the public is to have, checked and made into drafts; and what every such act needs.

What changes is written as another piece that names the one before it: the clause counts from the making or the change.
Once it is published, what it took the place of is published as well, in its present form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.dispatch.acts import No
from app.dispatch.facts import FactKind
from app.journal.events import Draft
from app.operations.dispatch_scene import believed, own_mark
from app.public.acts import Inform, Say
from app.public.book import Book, Complaint, Information, Stage
from app.public.entries import BODIES, INFORMATION, OF_INFORMATION, Channel, ComplaintEvent
from app.workspace import Workspace

Made = tuple[str, Sequence[Draft]]
"""The entity to be named, and what is written."""

_EARLIEST_MS = 400 * 86_400_000
"""House: what was made longer ago is a slip of the pen."""


@dataclass(frozen=True, eq=False)
class Desk:
    """What an act is checked against."""

    workspace: Workspace
    book: Book
    now_ms: int

    def moment(self, at_ms: int | None) -> int | No:
        """*at_ms*, or now; not what has not happened yet."""
        return believed(at_ms, self.now_ms)

    def next_number(self, prefix: str, letter: str) -> str:
        """An entity that nothing has; a console that began as a copy marks its own."""
        start = prefix + letter
        names = (one.removeprefix(start).partition("-")[0] for one in self.book.entries if one.startswith(start))
        number = max((int(digits) for digits in names if digits.isdecimal()), default=0) + 1
        return f"{start}{number}{own_mark(self.workspace)}"


def informed(desk: Desk, act: Inform) -> Made | No:
    """Something that the public is to have."""
    made_ms = desk.moment(act.made_ms)
    if isinstance(made_ms, No):
        return made_ms
    if not act.title.strip():
        return No("no_title")
    if made_ms < desk.now_ms - _EARLIEST_MS:
        return No("made_long_ago")
    body: dict[str, Any] = {"kind": act.kind.value, "urgent": bool(act.urgent)}
    if act.replaces:
        before = _changed(desk, act.replaces, made_ms)
        if isinstance(before, No):
            return before
        body["replaces"] = before.entity
        if act.urgent is None:
            # Nobody said that it can wait now.
            body["urgent"] = before.is_urgent
    entity = desk.next_number(INFORMATION, "G")
    texts = {"title": act.title, "note": act.note}
    return entity, [BODIES.drafted(ComplaintEvent.INFORMED, entity, body, texts, made_ms)]


def _changed(desk: Desk, number: str, made_ms: int) -> Information | No:
    """The piece of that number, which was changed at *made_ms*."""
    before = desk.book.known(number)
    if not isinstance(before, Information):
        return No("no_such_information", {"number": number})
    if any(one.said("replaces") == before.entity for one in desk.book.information.values() if not _is_gone(one)):
        return No("changed_already", {"number": before.number})
    return No("before_made") if made_ms < before.opened_ms else before


def _is_gone(one: Complaint) -> bool:
    return one.stage is Stage.CANCELLED


def why_not_informed(one: Complaint, act: Say, at_ms: int) -> No | None:
    """Why that cannot be said of a piece of information."""
    if act.fact not in OF_INFORMATION:
        return No("not_recorded", {"fact": act.fact.value})
    if at_ms < one.opened_ms:
        return No("before_made")
    if _is_gone(one) != (act.fact is FactKind.REOPENED):
        gone = No("is_over", {"number": one.number})
        return gone if _is_gone(one) else No("not_before", {"fact": FactKind.CANCELLED.value})
    if act.fact is not FactKind.INFORMATION_PUBLISHED:
        return None if act.note.strip() else No("needs_a_reason")
    where = act.values.get("where")
    return None if where in set(Channel) else No("no_such_channel", {"channel": str(where or "")})


def published_before(book: Book, one: Complaint) -> Iterator[Information]:
    """What *one* takes the place of and nobody has published: it is out now, as it has become."""
    seen = {one.entity}
    before = book.information.get(one.said("replaces"))
    while before is not None and before.entity not in seen:
        seen.add(before.entity)
        if before.stage is Stage.NEW:
            yield before
        before = book.information.get(before.said("replaces"))
