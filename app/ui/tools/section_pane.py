"""The pane under the map that holds a long section: its name, the drawing, a CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal

from app.messages import formats
from app.requests import Exported, ExportSection, Reply, RouteFound
from app.sweep_requests import FindHeads, HeadsFound
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.menus import ask_where_to_save
from app.ui.session import Session
from app.ui.tools.section_view import SectionContent, SectionView
from app.ui.widgets import KeyButton, Panel, SectionHeader, column
from network.ways import Route


class SectionPane(Panel):
    """A long section and what can be done with it.

    Signals:
        closed: The operator put it away.
        pointed: The place of the way under the pointer: pipe row and offset_m; -1 where there is none.
        picked: A device was clicked: its row.
    """

    closed = Signal()
    pointed = Signal(int, float)
    picked = Signal(int)

    def __init__(self, look: Look, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session, self._now = session, now
        self._found: RouteFound | None = None
        self._hour: float | None = None
        self._solving = Latest(session.client)
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        self.pressure, self.export, self.close_button = KeyButton(look), KeyButton(look), KeyButton(look)
        self.header.add(self.pressure)
        self.header.add(self.export)
        self.header.add(self.close_button)
        self.view = SectionView(look)
        column(self, self.header, self.view).setStretch(1, 1)
        self.pressure.clicked.connect(self.work_out_pressure)
        self.export.clicked.connect(self.ask_file)
        self.close_button.clicked.connect(self.closed)
        self.view.pointed.connect(self._point)
        self.view.picked.connect(self.picked)
        self.retranslate()

    def show_route(self, found: RouteFound) -> None:
        """Show the section of a way; its pressures are not worked out before somebody asks."""
        # The pressures of a way that is shown no more are of no use.
        self._solving.give_up()
        self._show(found, None)

    def work_out_pressure(self) -> None:
        """Run the model for this hour, in a process of its own, and draw the pressure line along the way."""
        found, workspace = self._found, self._session.workspace
        if found is None or workspace is None or self._solving.under_way:
            return

        def take(reply: Reply) -> None:
            if not self._session.is_refusal(reply):
                assert isinstance(reply, HeadsFound)
                self._show(replace(found, section=reply.section), reply.hour)
            self.retranslate()

        request = FindHeads(workspace.folder, found.route, self._session.states, self._now())
        self._solving.ask(request, take)
        self.retranslate()

    def _show(self, found: RouteFound, hour: float | None) -> None:
        self._found, self._hour = found, hour
        city = self._session.city
        assert city is not None
        self.view.show_section(SectionContent(found.section, city, self._session.states, hour))
        self.retranslate()

    def retranslate(self) -> None:
        self.header.title.setText(self.tr("Long section"))
        self.pressure.setText(self.tr("Working out…") if self._solving.under_way else self.tr("Pressure line"))
        self.pressure.setEnabled(self._found is not None and not self._solving.under_way)
        self.export.setText(self.tr("Export CSV…"))
        self.close_button.setText(self.tr("Put away"))
        if self._found is not None:
            section = self._found.section
            said = formats.filled(
                self.tr("{length} · {pipes} {pipes|pipe|pipes} · {devices} {devices|device|devices}"),
                length=formats.length(section.length_m),
                pipes=formats.number(len(section.stretches)),
                devices=formats.number(len(section.devices)),
            )
            self.header.note.set_text(said)

    def ask_file(self) -> None:
        """Ask where the table goes."""
        ask_where_to_save(self.window(), self.tr("Export the long section"), "section.csv", self.write)

    def write(self, path: Path) -> None:
        """Write what is shown as a table, a line a place."""
        if self._found is None:
            return

        def take(_written: Exported) -> None:
            self._session.told.emit("exported", {"path": str(path)})

        request = ExportSection(self._found, path, self.look.language)
        self._session.client.ask(request, self._session.expecting(Exported, take))

    def _point(self, at_m: float) -> None:
        place = place_along(self._found.route, at_m) if self._found is not None else None
        self.pointed.emit(*(place or (-1, 0.0)))


def place_along(route: Route, at_m: float) -> tuple[int, float] | None:
    """Pipe row and offset at a measure of the way; None beyond its ends."""
    lengths_m = np.abs(route.to_m - route.from_m)
    ends_m = np.cumsum(lengths_m)
    if not len(ends_m) or not 0.0 <= at_m <= ends_m[-1]:
        return None
    at = int(np.searchsorted(ends_m, at_m))
    into_m = at_m - float(ends_m[at] - lengths_m[at])
    forward = 1.0 if route.to_m[at] >= route.from_m[at] else -1.0
    return int(route.pipe[at]), float(route.from_m[at]) + forward * into_m
