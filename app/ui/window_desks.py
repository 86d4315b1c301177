"""The desks of a window with their keys: which part of the window stands at which side of which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.desks import DISPATCH, EDIT, FIELD, HOTLINE, OUTAGES, PLAN, PRESSURE, Desk
from app.ui.dispatch.desk import DispatchDesk
from app.ui.editing.desk import EditingDesk
from app.ui.field.desk import FieldDesk
from app.ui.hotline.desk import HotlineDesk
from app.ui.inspector.inspector import Inspector
from app.ui.left.side import LeftSide
from app.ui.live.desk import LiveDesk
from app.ui.outages.desk import OutagesDesk
from app.ui.session import Session


@dataclass(frozen=True)
class DeskParts:
    """What the desks are made of; *left* and *inspector* are the sides of the Plan desk."""

    session: Session
    left: LeftSide
    inspector: Inspector
    dispatch: DispatchDesk
    live: LiveDesk
    outages: OutagesDesk
    editing: EditingDesk
    hotline: HotlineDesk
    field: FieldDesk


def every_desk(parts: DeskParts) -> tuple[Desk, ...]:
    """All desks, each with its number, sides and keys."""
    bar, dispatch, editing, live = parts.inspector.bar, parts.dispatch, parts.editing, parts.live
    outages, calls, field = parts.outages, parts.hotline, parts.field
    plan_keys: dict[str, Callable[[], object]] = {
        "F3": parts.left.focus_next,
        "F4": parts.left.show_front,
        "F5": parts.inspector.focus_order,
        "F6": parts.inspector.card.states.report_now,
        "F7": bar.do_again,
        "F8": bar.open_export,
        "F9": bar.do_primary,
        "Ctrl+Z": parts.session.withdraw_last,
    }
    edit_keys: dict[str, Callable[[], object]] = {
        **plan_keys,
        "F3": editing.left.focus_next,
        "F6": editing.right.bar.propose,
        "F7": editing.do_again,
        "F9": editing.do_primary,
        "Ctrl+Z": editing.editor.undo,
        "Ctrl+Shift+Z": editing.editor.redo,
    }
    own = dispatch.own_keys
    return (
        Desk(DISPATCH, 1, dispatch.queue, dispatch.right, lambda: dispatch.keys, own, dispatch.come_forward),
        Desk(PLAN, 2, parts.left, parts.inspector, lambda: plan_keys),
        Desk(PRESSURE, 3, live.left, live.right, lambda: live.keys, live.own_keys, live.come_forward),
        Desk(OUTAGES, 4, outages.list, outages.right, lambda: outages.keys, outages.own_keys, outages.come_forward),
        Desk(EDIT, 5, editing.left, editing.right, lambda: edit_keys),
        Desk(HOTLINE, 6, calls.left, calls.right, lambda: calls.keys, calls.own_keys, calls.come_forward),
        Desk(FIELD, 7, field.left, field.right, lambda: field.keys, came_forward=field.come_forward),
    )
