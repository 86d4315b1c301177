"""What the desk process does about water drawn from hydrants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.config import operator
from app.hydrant_requests import DoUse, HydrantReply, HydrantRequest, LookAtUses, UseAnswered, UsesQuiet, UsesShown
from app.operations.edit import Author
from app.operations.hydrant_uses import UseDesk, carry_out, open_uses, uses_view
from app.times import utc_of
from app.worker.dispatch_handlers import HasWorkspace
from app.workspace import refreshed


def _desk(state: HasWorkspace) -> UseDesk:
    """The book as the journal has it now: it is small, and read anew."""
    workspace = refreshed(state.workspace)
    if workspace is not state.workspace:
        state.restate(workspace)
    return open_uses(state.workspace)


def _look(state: HasWorkspace, request: LookAtUses) -> HydrantReply:
    desk = _desk(state)
    if request.since is not None and dict(request.since) == dict(desk.workspace.state.heads):
        return UsesQuiet()
    return UsesShown(uses_view(desk, request.now_ms))


def _act(state: HasWorkspace, request: DoUse) -> HydrantReply:
    author = Author(request.who or operator())
    desk, outcome = carry_out(_desk(state), request.act, author, utc_of(request.now_ms))
    if desk.workspace is not state.workspace:
        state.restate(desk.workspace)
    return UseAnswered(outcome, uses_view(desk, request.now_ms))


HYDRANT_HANDLERS: Mapping[type[HydrantRequest], Callable[[HasWorkspace, Any], HydrantReply]] = {
    LookAtUses: _look,
    DoUse: _act,
}
