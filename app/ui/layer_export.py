"""Layers for other programs, from the menu: which, as what, in which coordinate system, from where."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIntValidator, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.layer_requests import LAYER_ENCODINGS, LAYER_FORMATS, LAYER_NAMES, ExportLayers, LayersExported
from app.requests import Failed, Reply
from app.ui import fonts
from app.ui.look import Look
from app.ui.map_pane import MapPane
from app.ui.save_path import SavePath
from app.ui.session import Session
from app.ui.widgets import PADDING, KeyButton, Label, Picker, TickBox, form_of, row

FOLDERS: Final = frozenset({"shp", "geojson", "csv"})
"""Formats with a file for each layer: they take a new folder."""
_COLUMNS = 3
_ALL, _VIEW, _AREA = range(3)

Ring = tuple[tuple[float, float], ...]


class LayerExportDialog(QDialog):
    """The choices.

    Signals:
        wanted: Filled and confirmed: ExportLayers.
    """

    wanted = Signal(object)

    def __init__(self, window: QWidget, look: Look, folder: Path, view_m: Ring, area_m: Ring) -> None:
        super().__init__(window)
        self._look, self._folder, self._rings = look, folder, ((), view_m, area_m)
        self.layers = {name: TickBox(look) for name in LAYER_NAMES}
        self.kind, self.encoding, self.extent = Picker(look), Picker(look), Picker(look)
        self.crs = QLineEdit()
        self.crs.setValidator(QIntValidator(1024, 1_000_000, self))
        self.path = SavePath(look)
        self.note = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.start, self.leave = KeyButton(look, "F9", primary=True), KeyButton(look, "Esc")
        self._names = {key: Label(size=fonts.TABLE, tone="t2") for key in self._fields()}
        self._lay_out()
        for box in self.layers.values():
            box.setChecked(True)
            box.toggled.connect(self._check)
        for picker in (self.kind, self.encoding, self.extent):
            picker.currentIndexChanged.connect(self._check)
        self.path.changed.connect(self._check)
        self.start.clicked.connect(self.confirm)
        self.leave.clicked.connect(self.reject)
        QShortcut(QKeySequence("F9"), self).activated.connect(self.confirm)
        look.language_changed.connect(self.retranslate)
        self.retranslate()
        # What somebody has drawn is what they mean.
        self.extent.setCurrentIndex(_AREA if area_m else _ALL)
        self._check()

    def _fields(self) -> dict[str, QWidget]:
        return {
            "kind": self.kind,
            "extent": self.extent,
            "crs": self.crs,
            "encoding": self.encoding,
            "path": self.path,
        }

    def _lay_out(self) -> None:
        boxes = QGridLayout()
        boxes.setHorizontalSpacing(PADDING)
        boxes.setVerticalSpacing(0)
        for at, box in enumerate(self.layers.values()):
            boxes.addWidget(box, at // _COLUMNS, at % _COLUMNS)
        form = form_of(self._names, self._fields())
        self.title = Label(size=fonts.BODY, weight=600)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addLayout(boxes)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addLayout(row(self.start, self.leave))
        self.resize(620, 560)

    def retranslate(self) -> None:
        """Write every word again."""
        words = self._look.words
        self.setWindowTitle(self.tr("Export layers"))
        self.title.setText(self.tr("Layers"))
        for name, box in self.layers.items():
            box.setText(words.name("layer", name))
        names = {
            "kind": self.tr("Format"),
            "extent": self.tr("Extent"),
            "crs": self.tr("EPSG code"),
            "encoding": self.tr("Encoding"),
            "path": self.tr("Write to"),
        }
        for key, name in names.items():
            self._names[key].setText(name)
        self.crs.setPlaceholderText(self.tr("the project's own (GeoJSON: WGS 84)"))
        _write(
            self.kind,
            [
                self.tr("GeoPackage: keeps everything"),
                self.tr("Shapefile: a folder"),
                self.tr("GeoJSON: a folder"),
                self.tr("CSV: a folder"),
                self.tr("DXF for CAD"),
            ],
        )
        _write(self.encoding, ["UTF-8", "GBK"])
        extents = [self.tr("everything"), self.tr("what the map shows")]
        _write(self.extent, [*extents, self.tr("the area drawn")] if self._rings[_AREA] else extents)
        self.start.setText(self.tr("Export"))
        self.leave.setText(self.tr("Close"))

    @property
    def _kind(self) -> str:
        return LAYER_FORMATS[self.kind.currentIndex()]

    def _check(self, _value: object = None) -> None:
        self.path.set_kind("" if self._kind in FOLDERS else self._kind)
        self.encoding.setEnabled(self._kind in {"shp", "csv"})
        chosen = any(box.isChecked() for box in self.layers.values())
        self.start.setEnabled(chosen and self.path.path is not None)
        self.note.setText("" if chosen else self.tr("Choose a layer."))

    def confirm(self) -> None:
        """Ask for the export, if everything is chosen."""
        path = self.path.path
        if not self.start.isEnabled() or path is None:
            return
        names = tuple(name for name, box in self.layers.items() if box.isChecked())
        every = len(names) == len(self.layers)
        self.wanted.emit(
            ExportLayers(
                self._folder,
                path,
                self._kind,
                () if every else names,
                int(self.crs.text()) if self.crs.text() else None,
                LAYER_ENCODINGS[self.encoding.currentIndex()],
                self._rings[self.extent.currentIndex()],
            )
        )

    def refuse(self, words: str) -> None:
        """Say what was wrong; everything chosen stays."""
        self.note.setText(words)


def _write(picker: Picker, words: list[str]) -> None:
    chosen = max(picker.currentIndex(), 0)
    picker.blockSignals(True)
    picker.clear()
    picker.addItems(words)
    picker.setCurrentIndex(min(chosen, len(words) - 1))
    picker.blockSignals(False)


class LayerExporting(QObject):
    """Opens the dialog and has its wish carried out."""

    def __init__(self, window: QWidget, look: Look, session: Session, pane: MapPane) -> None:
        super().__init__(window)
        self._window, self._look, self._session, self._pane = window, look, session, pane
        self.dialog: LayerExportDialog | None = None

    def open(self) -> None:
        """Open the dialog on the workspace, the view and the area drawn."""
        opened = self._session.workspace
        if opened is None:
            return
        if self.dialog is not None:
            self.dialog.close()
        seen = self._pane.canvas.view.bounds
        view_m = (
            (seen.x_min, seen.y_min),
            (seen.x_max, seen.y_min),
            (seen.x_max, seen.y_max),
            (seen.x_min, seen.y_max),
        )
        chosen = self._session.selection
        area_m = chosen.ring_m if chosen is not None and chosen.kind == "area" else ()
        dialog = self.dialog = LayerExportDialog(self._window, self._look, opened.folder, view_m, area_m)
        dialog.setModal(False)
        dialog.wanted.connect(self._export)
        dialog.show()

    def close(self) -> None:
        """The console ends."""
        if self.dialog is not None:
            self.dialog.close()

    def _export(self, request: ExportLayers) -> None:
        dialog = self.dialog

        def take(reply: Reply) -> None:
            if isinstance(reply, Failed):
                if dialog is not None and dialog.isVisible():
                    dialog.refuse(self._look.words.refusal(reply.code, reply.detail))
                else:
                    self._session.refused.emit(reply)
                return
            assert isinstance(reply, LayersExported)
            cut = {"shortened": reply.shortened, "cut_texts": reply.cut_texts}
            detail = {"path": str(reply.path), "features": reply.features} | {key: n for key, n in cut.items() if n}
            self._session.told.emit("layers_exported", detail)
            if dialog is not None:
                dialog.close()

        self._session.client.ask(request, take)
