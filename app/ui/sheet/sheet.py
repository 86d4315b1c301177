"""What stands on the sheet, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.messages import Words, formats, recorded
from app.messages.describe import Describer, Thing
from app.plan_requests import ToldStep
from app.requests import WorkspaceOpened
from app.ui import fonts
from app.ui.map.content import MapContent
from app.ui.map.picture import paint_map, view_for
from app.ui.map.words import MapWords
from app.ui.plan_facts import PlanFacts
from app.ui.sheet.area import Area, area_of
from app.ui.sheet.blocks import FOOT, Align, Block, Cell, Columns, Pen, table
from app.ui.sheet.steps import step_blocks
from app.ui.theme import SUN
from app.ui.valve_marks import role_mark, state_mark
from app.ui.valve_rows import ValveRow, task_words, valve_rows
from network.answers import Note
from network.assets import SourceKind

MAP_SHARE = 0.44
"""Of the first page's height."""
MOST_CUSTOMERS = 5_000
"""So many are listed on paper, on more than a hundred pages of A4; files list all of them."""


@dataclass(frozen=True, eq=False)
class SheetMaterial:
    """Everything that a sheet is made of; nothing in it changes, so that any thread may paint it.

    Attributes:
        workspace: What the city is called, and whether it is real.
        target: What the plan is for.
        facts: The plan.
        content: City and plan for the map.
        words: Language of the codes; the translator installed speaks the same one.
        at: When the sheet was made.
        steps: The programme; empty where there is none, or not yet.
    """

    workspace: WorkspaceOpened
    target: Thing
    facts: PlanFacts
    content: MapContent
    words: Words
    at: datetime
    steps: tuple[ToldStep, ...] = ()


class Sheet(QObject):
    """One plan on paper.

    Args:
        material: What it is made of.
        width: Printed width, px of 1/96 inch.
        height: Printed height.
    """

    def __init__(self, material: SheetMaterial, width: float, height: float) -> None:
        super().__init__()
        self._material, self._height = material, height
        self._pen = Pen(SUN, width)
        self._describer = Describer(material.facts.city, material.words)

    def blocks(self) -> Iterator[Block]:
        """Everything, in order."""
        yield from self._title()
        yield from self._refusal()
        yield self._map()
        yield from self._area()
        yield from self._valves()
        yield from self._basis()
        yield from self._critical()
        yield from self._kinds()
        yield from step_blocks(self._pen, self._material.steps, self._material.words.language)

    def tables(self) -> Iterator[Block]:
        """What follows a map that was printed by itself: everything but the title and the map, and all customers."""
        yield from self._title()
        yield from self._refusal()
        yield from self._area()
        yield from self._valves()
        yield from self._basis()
        yield from self._kinds()
        yield from self._customers()

    def draw_foot(self, painter: QPainter, inside: QRectF, number: int, count: int) -> None:
        """What every page ends with."""
        box = QRectF(inside.left(), inside.bottom() - FOOT + 8, inside.width(), FOOT - 8)
        painter.setPen(QPen(QColor(SUN.line), 0.7))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(QColor(SUN.t3))
        said = self.tr("Computed from the record. Verify on site before closing.")
        if self._material.workspace.synthetic:
            said = self._material.words.say("join", "sentences").join(
                [self.tr("Synthetic city, not a real network."), said]
            )
        painter.drawText(box, int(Align.AlignLeft | Align.AlignVCenter), said)
        painter.drawText(box, int(Align.AlignRight | Align.AlignVCenter), f"{number} / {count}")

    def _title(self) -> Iterator[Block]:
        material, pen = self._material, self._pen
        card = self._describer.card(material.target, material.facts.states)
        kind = material.words.say("layer", card.kind)
        names = [self.tr("Isolation plan"), kind, *([] if card.kind == "area" else [card.identity]), card.name]
        yield pen.text("  ".join(name for name in names if name), size=fonts.IDENTITY, weight=600)
        opened = material.workspace
        moment = f"{material.at:%Y-%m-%d} {formats.clock_time(material.at)}"
        synthetic = [self.tr("synthetic city")] if opened.synthetic else []
        city = opened.name or opened.folder.name
        facts = [card.summary, city, *synthetic, material.words.crs(opened.crs_epsg), moment]
        yield pen.text(" · ".join(fact for fact in facts if fact), tone="t2", space=10)

    def _refusal(self) -> Iterator[Block]:
        facts, words = self._material.facts, self._material.words
        if facts.feasible:
            return
        yield self._pen.text(words.say("plan", "cannot"), size=fonts.TITLE, weight=600, tone="red_text")
        sources = facts.city.network.sources
        for source in facts.plan.stop:
            kind = SourceKind(int(sources.kind[source]))
            said = {"kind": words.say("source_kind", kind.name.lower()), "id": sources.ids[source]}
            yield self._pen.text(
                words.say("plan", "stop_tank" if kind is SourceKind.TANK else "stop", said), weight=600
            )
        yield self._pen.text(words.say("plan", "lists_if_stopped"), tone="t2", space=8)

    def _map(self) -> Block:
        content, words = self._material.content, MapWords.current()

        def draw(painter: QPainter, rect: QRectF) -> None:
            frame = rect.adjusted(0, 0, 0, -8)
            painter.save()
            painter.translate(frame.topLeft())
            paint_map(painter, view_for(content, round(frame.width()), round(frame.height())), content, SUN, words)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(SUN.line2), 1))
            painter.drawRect(QRectF(0, 0, frame.width(), frame.height()))
            painter.restore()

        return Block(self._height * MAP_SHARE, draw)

    def _area(self) -> Iterator[Block]:
        facts, pen = self._material.facts, self._pen
        picture = self._material.content.plan
        yield pen.heading(self.tr("Area without water"))
        yield pen.gap(4)
        area = area_of(self._material.content.scene, picture) if picture is not None else None
        yield pen.text(self.tr("No main goes out of service.") if area is None else self._area_words(area))
        yield pen.text(self._figures(facts), space=2)

    def _area_words(self, area: Area) -> str:
        comma = self._material.words.say("join", "names")
        said = [
            self.tr("{width} from west to east, {height} from south to north.").format(
                width=formats.length(area.east_west_m), height=formats.length(area.north_south_m)
            )
        ]
        if area.roads:
            said.append(self.tr("Streets: {names}.").format(names=comma.join(area.roads)))
        if area.communities:
            said.append(self.tr("Communities: {names}.").format(names=comma.join(area.communities)))
        return self._material.words.say("join", "sentences").join(said)

    def _figures(self, facts: PlanFacts) -> str:
        impact, plan = facts.made.impact, facts.plan
        figures = (
            (self.tr("Customers out"), formats.number(len(impact.out))),
            (self.tr("of these unintended"), formats.number(facts.unintended_customers)),
            (self.tr("on storage"), formats.number(len(impact.on_storage))),
            (self.tr("households"), recorded.figure(impact.households, self._material.words)),
            (self.tr("people"), recorded.figure(impact.people, self._material.words)),
            (self.tr("mains out"), formats.length(plan.isolated.length_m + plan.unintended.length_m)),
            (self.tr("ground"), f"{formats.area(impact.area_km2)} km²"),
        )
        return " · ".join(f"{name} {value}" for name, value in figures)

    def _valves(self) -> Iterator[Block]:
        rows = valve_rows(self._material.facts)
        yield self._pen.heading(self.tr("Valves"))
        if not rows:
            yield self._pen.gap(4)
            yield self._pen.text(self.tr("None."))
            return
        names = (
            self.tr("#"),
            self.tr("Valve"),
            self.tr("DN"),
            self.tr("Place"),
            self.tr("Turns"),
            self.tr("Task, condition"),
            self.tr("Done at"),
        )
        columns = Columns(names, (30, 96, 44, 0, 64, 150, 74), frozenset({2, 4}))
        yield from table(self._pen, columns, (self._valve_cells(row) for row in rows))

    def _valve_cells(self, row: ValveRow) -> tuple[Cell, ...]:
        facts, words = self._material.facts, self._material.words
        devices, states, device = facts.city.network.devices, facts.states, row.device
        mark = role_mark(row.role) or state_mark(
            int(devices.kind[device]), int(states.position[device]), int(states.condition[device])
        )
        task = words.say("role", "close") + " · " if row.role == "close" else ""
        return (
            Cell(str(row.order or ""), strong=True),
            Cell(devices.ids[device], strong=True),
            Cell(str(devices.dn_mm[device] or formats.NO_VALUE)),
            Cell(self._describer.place_of_device(device)),
            Cell(self._describer.turns(device)),
            Cell(task + task_words(row, states, words), icon=mark),
            Cell("____ : ____" if row.role in {"close", "drain_back", "verify_closed"} else ""),
        )

    def _basis(self) -> Iterator[Block]:
        facts, words = self._material.facts, self._material.words
        ids = facts.city.network.devices.ids
        lines = [words.say("note", note) for note in facts.plan.notes if note is not Note.RELIES_ON_ASSUMED]
        if facts.assumed:
            assumed = ", ".join(ids[row] for row in facts.assumed)
            lines.append(self.tr("Assumed, may not exist: {valves}").format(valves=assumed))
        if not lines:
            return
        yield self._pen.heading(self.tr("What this relies on"))
        yield self._pen.gap(4)
        for line in lines:
            yield self._pen.text(f"• {line}")

    def _critical(self) -> Iterator[Block]:
        facts, words, customers = self._material.facts, self._material.words, self._material.facts.city.customers
        critical = [row for row in facts.customers.tolist() if customers.critical[row]]
        if not critical:
            return
        yield self._pen.heading(self.tr("Critical customers"))
        names = (self.tr("Name"), self.tr("Kind"), self.tr("Address"), self.tr("Phone"), self.tr("State"))
        columns = Columns(names, (0, 84, 190, 110, 84))
        yield from table(self._pen, columns, (self._critical_cells(row, facts, words) for row in critical))

    @staticmethod
    def _critical_cells(row: int, facts: PlanFacts, words: Words) -> tuple[Cell, ...]:
        customers, stored = facts.city.customers, facts.is_stored(row)
        ink = "on_storage" if stored else "leak"
        return (
            Cell(customers.name[row] or customers.ids[row], icon=("critical", ink), strong=True),
            Cell(words.name("category", customers.category[row] or "unrecorded")),
            Cell(customers.address[row]),
            Cell(customers.phone[row]),
            Cell(words.say("supply", "on_storage" if stored else "out")),
        )

    def _customers(self) -> Iterator[Block]:
        """Everyone affected, critical ones first; of very many only the first."""
        facts, words = self._material.facts, self._material.words
        rows = facts.customers
        if not len(rows):
            return
        yield self._pen.heading(self.tr("Customers"))
        if len(rows) > MOST_CUSTOMERS:
            yield self._pen.gap(4)
            said = self.tr("The first {shown} of {count}. The customer list under Export has all of them.")
            yield self._pen.text(
                said.format(shown=formats.number(MOST_CUSTOMERS), count=formats.number(len(rows))), weight=500
            )
        names = (self.tr("Id"), self.tr("Name"), self.tr("Kind"), self.tr("Address"), self.tr("Main"), self.tr("State"))
        columns = Columns(names, (96, 0, 96, 190, 100, 84))
        listed = rows[:MOST_CUSTOMERS].tolist()
        yield from table(self._pen, columns, (self._customer_cells(row, facts, words) for row in listed))

    @staticmethod
    def _customer_cells(row: int, facts: PlanFacts, words: Words) -> tuple[Cell, ...]:
        customers, stored = facts.city.customers, facts.is_stored(row)
        ink = "on_storage" if stored else "leak"
        pipe, critical = int(customers.tap.pipe[row]), bool(customers.critical[row])
        return (
            Cell(customers.ids[row], icon=("critical", ink) if critical else None, strong=critical),
            Cell(customers.name[row]),
            Cell(words.name("category", customers.category[row] or "unrecorded")),
            Cell(customers.address[row]),
            Cell(facts.city.network.pipes.ids[pipe] if pipe >= 0 else ""),
            Cell(words.say("supply", "on_storage" if stored else "out")),
        )

    def _kinds(self) -> Iterator[Block]:
        facts, words = self._material.facts, self._material.words
        if not facts.by_category:
            return
        yield self._pen.heading(self.tr("Customers by kind"))
        columns = Columns((self.tr("Kind"), self.tr("Out"), self.tr("On storage")), (0, 110, 110), frozenset({1, 2}))
        rows = (
            (
                Cell(words.name("category", count.category)),
                Cell(formats.number(count.out)),
                Cell(formats.number(count.on_storage)),
            )
            for count in facts.by_category
        )
        yield from table(self._pen, columns, rows)
