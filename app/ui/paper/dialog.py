"""The print dialog: what, on which paper, at which scale; a preview of every page; progress, and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.messages import formats
from app.requests import Failed, WorkspaceOpened
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.content import MapContent
from app.ui.map.words import MapWords
from app.ui.menus import ask_where_to_save
from app.ui.paper.job import Preview, PreviewJob, PrintJob
from app.ui.paper.order import BOOKS, SINGLE, PrintWish, city_area
from app.ui.paper.preview import PagePreview
from app.ui.paper.words import PaperWords
from app.ui.sheet.sheet import SheetMaterial
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, Picker, TickBox, column, form_of, row
from gis.paper import PAPERS_MM, SCALES, Paper
from gis.scene.view import Bounds
from network.columns import Float64

RESOLUTIONS: Final = (100, 150, 200, 300, 600)
_FORM_WIDTH = 372
_SOON_MS = 250
"""A preview is painted when the operator has stopped choosing for so long."""


@dataclass(frozen=True, eq=False)
class Printable:
    """What there is to print at the moment.

    Attributes:
        workspace: The open one.
        content: City and plan as on screen.
        view: What the map shows.
        plan: Of the plan, what its tables are made of; None without a plan.
        plan_area: What the plan covers, or None.
        way_m: The long section's way, or the pipe that is picked; None without either.
        title: What is printed, in a few words.
    """

    workspace: WorkspaceOpened
    content: MapContent
    view: Bounds
    plan: SheetMaterial | None
    plan_area: Bounds | None
    way_m: Float64 | None
    title: str


class PrintForm(Panel):
    """The choices.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self.setFixedWidth(_FORM_WIDTH)
        self.title = QLineEdit()
        self.area, self.book, self.paper, self.turn, self.scale, self.kind, self.dpi = (Picker(look) for _ in range(7))
        self.grid, self.tables = TickBox(look), TickBox(look)
        self.note = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._names = {key: Label(size=fonts.TABLE, tone="t2") for key in self._fields()}
        self.paper.addItems(list(PAPERS_MM))
        self.dpi.addItems([str(dpi) for dpi in RESOLUTIONS])
        self.dpi.setCurrentIndex(RESOLUTIONS.index(200))
        form = form_of(self._names, self._fields())
        form.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        form.addRow(self.note)
        self.setLayout(form)
        self.grid.setChecked(True)
        self.tables.setChecked(True)
        self.dpi.setEnabled(False)
        self.retranslate()
        self.title.textChanged.connect(self.changed)
        for picker in (self.area, self.book, self.paper, self.turn, self.scale, self.kind, self.dpi):
            picker.currentIndexChanged.connect(self._tell)
        for tick in (self.grid, self.tables):
            tick.toggled.connect(self._tell)

    def _fields(self) -> dict[str, QWidget]:
        return {
            "title": self.title,
            "area": self.area,
            "book": self.book,
            "paper": self.paper,
            "turn": self.turn,
            "scale": self.scale,
            "grid": self.grid,
            "tables": self.tables,
            "kind": self.kind,
            "dpi": self.dpi,
        }

    def _tell(self, _value: object = None) -> None:
        self.dpi.setEnabled(self.is_picture)
        self.area.setEnabled(BOOKS[self.book.currentIndex()] in {SINGLE, "grid"})
        self.changed.emit()

    def retranslate(self) -> None:
        names = {
            "title": self.tr("Title"),
            "area": self.tr("Area"),
            "book": self.tr("Sheets"),
            "paper": self.tr("Paper"),
            "turn": self.tr("Orientation"),
            "scale": self.tr("Scale"),
            "grid": "",
            "tables": "",
            "kind": self.tr("File"),
            "dpi": self.tr("Dots to the inch"),
        }
        for key, name in names.items():
            self._names[key].setText(name)
        _write(self.area, [self.tr("what the map shows"), self.tr("the plan"), self.tr("the whole city")])
        _write(
            self.book,
            [
                self.tr("one sheet"),
                self.tr("map book, side by side"),
                self.tr("map book along the section or pipe"),
                self.tr("map book, one sheet a DMA"),
            ],
        )
        _write(self.turn, [self.tr("landscape"), self.tr("portrait")])
        _write(self.scale, [self.tr("as large as fits"), *(f"1 : {formats.number(scale)}" for scale in SCALES)])
        _write(self.kind, [self.tr("PDF: lines and text"), self.tr("PNG: a picture")])
        self.grid.setText(self.tr("Coordinate grid"))
        self.tables.setText(self.tr("Tables of valves and customers"))

    @property
    def is_picture(self) -> bool:
        """Whether a PNG is wanted."""
        return self.kind.currentIndex() == 1

    @property
    def resolution(self) -> int:
        """Dots to the inch."""
        return RESOLUTIONS[self.dpi.currentIndex()]

    @property
    def sheet(self) -> Paper:
        """Size and orientation."""
        return Paper(self.paper.currentText(), self.turn.currentIndex() == 0)

    def take(self, printable: Printable) -> None:
        """Offer what there is; the plan where there is one."""
        self.title.setText(printable.title)
        self.tables.setVisible(printable.plan is not None)
        self.area.setCurrentIndex(0 if printable.plan_area is None else 1)

    def wish(self, printable: Printable, look: Look, at: datetime) -> PrintWish:
        """What is chosen."""
        areas = (printable.view, printable.plan_area or printable.view, city_area(printable.content))
        scale = self.scale.currentIndex()
        plan = printable.plan if self.tables.isChecked() else None
        return PrintWish(
            workspace=printable.workspace,
            content=printable.content,
            words=look.words,
            paper_words=PaperWords.current(),
            map_words=MapWords.current(),
            at=at,
            title=self.title.text().strip(),
            paper=self.sheet,
            area=areas[self.area.currentIndex()],
            scale=SCALES[scale - 1] if scale else None,
            # A view has no border of its own: its middle at the scale that is wanted is what somebody means.
            must_fit=self.area.currentIndex() != 0,
            book=BOOKS[self.book.currentIndex()],
            way_m=printable.way_m,
            grid=self.grid.isChecked(),
            plan=plan,
        )


def _write(picker: Picker, words: list[str]) -> None:
    """Write the choices again and keep the one that is made."""
    chosen = max(picker.currentIndex(), 0)
    picker.blockSignals(True)
    picker.clear()
    picker.addItems(words)
    picker.setCurrentIndex(chosen)
    picker.blockSignals(False)


class PrintDialog(QDialog):
    """The dialog; nothing else waits for it.

    Signals:
        printed: The files that were written.
    """

    printed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        look: Look,
        printable: Printable,
        now: Callable[[], datetime],
        wait: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._look, self._printable, self._now, self._wait = look, printable, now, wait
        self._page, self._pages = 0, 1
        self._previewing: PreviewJob | None = None
        self._printing: PrintJob | None = None
        self._old: list[PreviewJob] = []
        self.form = PrintForm(look)
        self.preview = PagePreview(look)
        self.before, self.after = QPushButton("◂"), QPushButton("▸")
        self.number = Label(size=fonts.TABLE, tone="t2")
        self.start, self.leave = KeyButton(look, "F9", primary=True), KeyButton(look, "Esc")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._timer.timeout.connect(self._paint_preview)
        self.form.take(printable)
        self.form.changed.connect(self._choose)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.start.clicked.connect(self.ask)
        self.leave.clicked.connect(self.reject)
        QShortcut(QKeySequence("F9"), self).activated.connect(self.ask)
        look.language_changed.connect(self.retranslate)
        self.retranslate()
        self._timer.start()

    def _lay_out(self) -> None:
        for button in (self.before, self.after):
            button.setFixedWidth(44)
        foot = QWidget()
        foot.setProperty("surface", "bar")
        foot.setProperty("edge", "top")
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, GAP, PADDING, GAP)
        line.setSpacing(GAP)
        line.addLayout(row(self.start, self.leave))
        line.addWidget(self.bar, 1)
        line.addStretch(1)
        for widget in (self.before, self.number, self.after):
            line.addWidget(widget)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.form)
        middle.addWidget(self.preview, 1)
        layout: QVBoxLayout = column(self)
        layout.addLayout(middle, 1)
        layout.addWidget(foot)
        self.resize(1180, 720)

    def retranslate(self) -> None:
        """Write every word again."""
        self.setWindowTitle(self.tr("Print"))
        self.start.setText(self.tr("Print to a file…"))
        self.leave.setText(self.tr("Stop") if self._printing else self.tr("Close"))
        self.before.setAccessibleName(self.tr("Page before"))
        self.after.setAccessibleName(self.tr("Next page"))
        self.preview.say(self.tr("The page is being painted."))
        self._timer.start()

    # Preview

    def _choose(self) -> None:
        self._page = 0
        self._timer.start()

    def _turn(self, by: int) -> None:
        self._page = min(max(self._page + by, 0), self._pages - 1)
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()

    def _wish(self) -> PrintWish:
        return self.form.wish(self._printable, self._look, self._now())

    def _paint_preview(self) -> None:
        if self._previewing is not None:
            self._previewing.stop()
            self._old.append(self._previewing)
        paper = self.form.sheet
        dpi = self.preview.room(paper.width_mm, paper.height_mm)
        job = self._previewing = PreviewJob(self._wish(), self._page, dpi, self._wait)
        job.done.connect(self._take_preview)
        job.start()

    def _take_preview(self, preview: Preview | None, failed: Failed | None) -> None:
        sender = self.sender()
        self._old = [job for job in self._old if job is not sender]
        if sender is not self._previewing:
            return
        self._previewing = None
        if failed is not None:
            self._say(self._look.words.refusal(failed.code, failed.detail), "amber")
        elif preview is not None:
            self.preview.show_page(preview.image)
            self._page, self._pages = preview.page, preview.pages
            scale = formats.number(preview.order.sheets[0].scale)
            self._say(self.tr("{pages} pages, 1 : {scale}").format(pages=preview.pages, scale=scale), "t2")
        self.start.setEnabled(failed is None and self._printing is None)
        self.number.setText(f"{self._page + 1} / {self._pages}")
        self.before.setEnabled(self._page > 0)
        self.after.setEnabled(self._page + 1 < self._pages)

    def _say(self, words: str, tone: str) -> None:
        self.form.note.set_tone(tone)
        self.form.note.setText(words)

    # Printing

    @property
    def busy(self) -> bool:
        """Whether files are being written, or a preview painted."""
        return self._printing is not None or self._previewing is not None or bool(self._old) or self._timer.isActive()

    def ask(self) -> None:
        """Ask where to, then print."""
        if not self.start.isEnabled():
            return
        ending = "png" if self.form.is_picture else "pdf"
        stem = "-".join(self.form.title.text().split()).replace("/", "-") or "map"
        name = f"{stem}-{self._now():%Y%m%d-%H%M}.{ending}"
        ask_where_to_save(self, self.tr("Print to a file"), name, self.print_to)

    def print_to(self, path: Path) -> None:
        """Print into *path*."""
        job = self._printing = PrintJob(path, self._wish(), self.form.resolution, self._wait)
        job.progressed.connect(self._show_progress)
        job.done.connect(self._take_printed)
        self.start.setEnabled(False)
        self.form.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.leave.setText(self.tr("Stop"))
        job.start()

    def _show_progress(self, done: int, pages: int) -> None:
        self.bar.setRange(0, pages)
        self.bar.setValue(done)

    def _take_printed(self, paths: tuple[Path, ...], failed: Failed | None) -> None:
        self._printing = None
        self.bar.hide()
        self.start.setEnabled(True)
        self.form.setEnabled(True)
        self.leave.setText(self.tr("Close"))
        if failed is not None:
            self._say(self._look.words.refusal(failed.code, failed.detail), "amber")
            return
        self._say(self.tr("Written: {path}").format(path=str(paths[0])), "t1")
        self.printed.emit(paths)

    def reject(self) -> None:
        """Esc: stop printing first; close when nothing is printed."""
        if self._printing is not None:
            self._printing.stop()
        else:
            self._end()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._end()
        super().closeEvent(event)

    def _end(self) -> None:
        """Nobody waits for what is painted any more."""
        self._timer.stop()
        for job in (self._printing, self._previewing, *self._old):
            if job is not None:
                job.stop()
