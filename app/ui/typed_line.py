"""What is typed into the command line is done: shown, planned for, supposed, traced, or reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from app.messages.describe import Thing, target_of
from app.ui.command_line import CommandLine
from app.ui.commands import Command, supposition
from app.ui.desks import DISPATCH, Desks
from app.ui.dispatch.desk import DispatchDesk
from app.ui.dispatch.typed import Completion
from app.ui.map_pane import MapPane
from app.ui.session import Session
from app.ui.tools.toolbox import Toolbox
from gis.search_hit import Hit

_PLACES = frozenset({"road", "place", "dma"})


class TypedLine(QObject):
    """Carries out what is chosen; which desk is in front decides what some words mean.

    Args:
        command: Where it is typed.
        session: The window's.
        desks: Which one is in front.
        dispatch: Its language is understood while it is.
        map_pane: Where a hit is shown.
        tools: Long sections and traces.
        now: The window's clock.
    """

    def __init__(
        self,
        command: CommandLine,
        session: Session,
        desks: Desks,
        dispatch: DispatchDesk,
        map_pane: MapPane,
        tools: Toolbox,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(command)
        self._session, self._desks, self._dispatch = session, desks, dispatch
        self._map, self._tools, self._now = map_pane, tools, now
        self._begun = now()
        command.completer, command.on_begin = self._complete, self._begin
        command.chosen.connect(self._take)
        command.meant.connect(dispatch.carry_out)

    @property
    def _dispatches(self) -> bool:
        return self._desks.shown.code == DISPATCH

    def _complete(self, text: str) -> Completion | None:
        return self._dispatch.complete(text) if self._dispatches else None

    def _begin(self) -> None:
        """A report that is typed was received when somebody began to type it."""
        self._begun = self._now()

    def _take(self, hit: Hit, command: Command) -> None:
        """Do what was typed to what was chosen: show it, and plan, or suppose something of a valve."""
        if command.report is not None:
            self._desks.show(DISPATCH)
            self._dispatch.report_at(hit, command.report, self._begun)
            return
        if self._dispatches and self._dispatch.turn_valve(hit, command.verb):
            return
        self._map.show_hit(hit)
        if hit.kind in _PLACES or hit.row < 0:
            return
        thing = Thing(hit.kind, hit.row)
        if command.verb == "section":
            self._tools.section_to(thing)
            return
        self._session.pick(thing)
        if command.verb in {"upstream", "downstream"}:
            self._tools.trace(command.verb)
            return
        position, condition = supposition(command.verb)
        if hit.kind == "valve" and (position is not None or condition is not None):
            self._session.suppose(hit.row, position=position, condition=condition)
        elif (command.verb == "isolate" or hit.kind == "pipe") and target_of(thing) is not None:
            self._session.make_plan(thing)
