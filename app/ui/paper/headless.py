"""Printing without a window, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from app.messages.describe import Thing
from app.requests import PlanMade, WorkspaceOpened
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.content import MapContent
from app.ui.map.words import MapWords
from app.ui.paper.order import ALONG, PrintWish, city_area, order_of
from app.ui.paper.words import PaperWords
from app.ui.paper.writer import USUAL_DPI, write_printout
from app.ui.plan_facts import PlanFacts
from app.ui.sheet.sheet import SheetMaterial
from gis.paper import Paper
from gis.scene.plan_picture import draw_plan
from gis.scene.scene import Scene
from gis.scene.view import Bounds
from network.columns import Float64
from network.topology import City, DeviceStates

AROUND_PLAN_M = 60.0


@dataclass(frozen=True, eq=False)
class PrintOptions:
    """What the command line asks for.

    Attributes:
        path: A PDF or PNG file.
        paper, scale, book, grid: As in :class:`PrintWish`.
        title: "" for the city's name, or the plan's target.
        bounds: What to show, project CRS; None for the plan, the way, or the whole city.
        tables: Whether the plan's tables follow.
        dpi: Of a PNG.
        language: ``zh_CN`` or ``en``.
        at: When.
    """

    path: Path
    paper: Paper
    at: datetime
    scale: int | None = None
    book: str = ""
    title: str = ""
    bounds: Bounds | None = None
    grid: bool = True
    tables: bool = True
    dpi: int = USUAL_DPI
    language: str = "zh_CN"


@dataclass(frozen=True, eq=False)
class PrintSubject:
    """What there is to print.

    Attributes:
        opened: What the city is called, and how far its journal goes.
        city, scene, states: Painted from.
        made: A plan for the pipe *row*, or None.
        row: Row of that pipe.
        way_m: A way to print along, or None.
    """

    opened: WorkspaceOpened
    city: City
    scene: Scene
    states: DeviceStates
    made: PlanMade | None = None
    row: int = -1
    way_m: Float64 | None = None


def print_out(options: PrintOptions, subject: PrintSubject, tell: Callable[[int, int], None]) -> tuple[Path, ...]:
    """Print, and return the files.

    Raises:
        CodedError: It cannot be printed as asked, or not be written.
    """
    application = QApplication.instance() or QApplication(["sluice"])
    fonts.load_fonts()
    look = Look("sun", options.language)
    look.apply()
    order = order_of(wish_of(options, subject, look))
    paths = write_printout(options.path, order, options.dpi, tell, lambda: None)
    assert application is not None  # Fonts live as long as the application does.
    return paths


def wish_of(options: PrintOptions, subject: PrintSubject, look: Look) -> PrintWish:
    """What the command line asks for, in full. *look* speaks the language and has been applied."""
    city, made, plan = subject.city, subject.made, None
    content = MapContent.of(city, subject.scene, subject.states)
    title = options.title or subject.opened.name or subject.opened.folder.name
    if made is not None:
        facts = PlanFacts(made, city, subject.states)
        picture = draw_plan(city, content.pipes, subject.states, made.answer, made.impact)
        content = replace(content, plan=replace(picture, stuck=facts.bypassed))
        plan = SheetMaterial(subject.opened, Thing("pipe", subject.row), facts, content, look.words, options.at)
        title = options.title or city.network.pipes.ids[subject.row]
    return PrintWish(
        workspace=subject.opened,
        content=content,
        words=look.words,
        paper_words=PaperWords.current(),
        map_words=MapWords.current(),
        at=options.at,
        title=title,
        paper=options.paper,
        area=options.bounds or _area(content, subject.way_m if options.book == ALONG else None),
        scale=options.scale,
        book=options.book,
        way_m=subject.way_m,
        grid=options.grid,
        plan=plan if options.tables else None,
    )


def _area(content: MapContent, way_m: Float64 | None) -> Bounds:
    if way_m is not None and len(way_m):
        low, high = np.min(way_m, axis=0).tolist(), np.max(way_m, axis=0).tolist()
        return Bounds(*low, *high)
    if content.plan is not None and content.plan.bounds is not None:
        return content.plan.bounds.grown(AROUND_PLAN_M)
    return city_area(content)
