"""The edits of a workspace in their order, and what one operator's next step back or forward is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.edit_requests import EditEntry, EditsListed
from app.journal.assets import THERE, Write, asset_of, standing_edits
from app.journal.events import Event
from app.workspace import Workspace


@dataclass(frozen=True)
class _Made:
    """One edit: its writes in the order in which they were made, each with its entity."""

    edit: str
    writes: tuple[tuple[str, Write], ...]

    @property
    def undoes(self) -> str:
        return self.writes[0][1].undoes


def edits_listed(workspace: Workspace, actor: str, most: int) -> EditsListed:
    """The latest *most* edits, newest first, and the next steps of *actor*."""
    found = _by_edit(workspace)
    standing = standing_edits(write for one in found for _, write in one.writes)
    events = {one.edit: workspace.journal.event(one.writes[0][1].key) for one in found}
    # A copied workspace goes on under another device id: only the clock tells what came after what.
    made = sorted(found, key=lambda one: "" if (event := events[one.edit]) is None else event.hlc)
    shown = made[-most:] if most else []
    entries = [_entry(workspace, one, events[one.edit], actor, one.edit not in standing) for one in reversed(shown)]
    own = [one for one in shown if (event := events[one.edit]) is not None and event.actor == actor]
    undo, redo = _steps(own, standing)
    return EditsListed(tuple(entries), undo, redo)


def _by_edit(workspace: Workspace) -> list[_Made]:
    found: dict[str, list[tuple[str, Write]]] = {}
    everything = [(entity, write) for entity, writes in workspace.state.assets.items() for write in writes]
    for entity, write in sorted(everything, key=lambda one: one[1].rank):
        found.setdefault(write.edit, []).append((entity, write))
    return [_Made(edit, tuple(writes)) for edit, writes in found.items()]


def _entry(workspace: Workspace, made: _Made, event: Event | None, actor: str, undone: bool) -> EditEntry:
    entity, first = made.writes[0]
    layer, feature = asset_of(entity)
    values = dict(first.values)
    there = values.get(THERE)
    what = "set" if there is None else "add" if there else "delete"
    by, at_ms = ("", 0) if event is None else (event.actor, event.eff_at_ms)
    text = "" if event is None else str(event.facts.get("texts", {}).get("why", ""))
    return EditEntry(
        edit=made.edit,
        at_ms=at_ms,
        actor=by,
        origin=first.origin,
        why=(workspace.journal.text(text) or "") if text else "",
        what=what,
        layer=layer,
        id=feature,
        fields=tuple(name for name in values if name != THERE),
        changes=len({entity for entity, _ in made.writes}),
        undone=undone and not made.undoes,
        undoes=made.undoes,
        mine=by == actor,
    )


def _steps(own: Sequence[_Made], standing: set[str]) -> tuple[str, str]:
    """What a step back and a step forward take back: an edit that stands, an undoing after which nothing new was made.

    A step forward undoes the undoing; the edit then stands as it stood.
    """
    back: list[str] = []
    forward: list[tuple[str, str]] = []
    undoings: dict[str, str] = {}
    for one in own:
        if not one.undoes:
            back.append(one.edit)
            forward = []
        elif one.undoes in undoings:
            again = undoings[one.undoes]
            forward = [step for step in forward if step[0] != one.undoes]
            back.append(again)
        else:
            undoings[one.edit] = one.undoes
            back = [edit for edit in back if edit != one.undoes]
            forward.append((one.edit, one.undoes))
    back = [edit for edit in back if edit in standing]
    return (back[-1] if back else ""), (forward[-1][0] if forward else "")
