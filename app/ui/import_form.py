"""Import a city's files from the window: the same choices as the command line's, none of them modal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.requests import ImportCity
from app.ui import fonts
from app.ui.look import Look
from app.ui.menus import show_dialog
from app.ui.path_line import PathLine
from app.ui.widgets import PADDING, KeyButton, Label, Panel, Picker, TickBox, form_of, row, scrolling

_WIDEST_PX = 780
NODING_WAYS = ("auto", "ids", "geometry")
FILE_KINDS = "*.gpkg *.shp *.geojson *.json *.sqlite *.db *.gdb *.zip *.inp"
DEFAULT_TOLERANCE_CM = 1.0


class PathField(PathLine):
    """A line with one or more paths and a button to choose them; several are parted by the system's separator."""

    def __init__(self, *, several: bool = False, folder: bool = False, kinds: str = "") -> None:
        super().__init__()
        self._several, self._folder, self._kinds = several, folder, kinds

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is written there."""
        return tuple(Path(part.strip()) for part in self.field.text().split(";") if part.strip())

    def set_paths(self, paths: list[str]) -> None:
        """Write *paths*."""
        self.field.setText("; ".join(paths))

    def choose(self) -> None:
        """Ask for files or a folder."""
        dialog = QFileDialog(self.window())
        if self._folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            many, one = QFileDialog.FileMode.ExistingFiles, QFileDialog.FileMode.ExistingFile
            dialog.setFileMode(many if self._several else one)
            dialog.setNameFilter(self._kinds)
        dialog.filesSelected.connect(self.set_paths)
        show_dialog(dialog)


class ImportForm(Panel):
    """The form.

    Signals:
        import_wanted: Filled and confirmed: ImportCity.
        left: Put away without importing.
    """

    import_wanted = Signal(object)
    left = Signal()

    def __init__(self, look: Look, workspaces: Path) -> None:
        super().__init__(look)
        self._workspaces = workspaces
        self.setProperty("surface", "panel")
        self.title = Label(size=fonts.TITLE, weight=600)
        self.hint = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.sources = PathField(several=True, kinds=FILE_KINDS)
        self.name, self.crs = QLineEdit(), QLineEdit()
        self.crs.setValidator(QIntValidator(1024, 32767, self))
        self.folder = PathField(folder=True)
        self.mapping = PathField(kinds="*.toml")
        self.noding = Picker(look)
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setRange(0.0, 500.0)
        self.tolerance.setValue(DEFAULT_TOLERANCE_CM)
        # The style sheet's padding does not reach the line inside.
        self.tolerance.lineEdit().setTextMargins(6, 0, 6, 0)
        self.assume, self.tcv = TickBox(look), TickBox(look)
        self.assume_sources, self.join_ends = TickBox(look), TickBox(look)
        self.valve_layer = PathField(kinds="*.csv")
        self.start, self.cancel = KeyButton(look, "F9", primary=True), KeyButton(look, "Esc")
        self._names = {
            key: Label(size=fonts.TABLE, tone="t2")
            for key, field in self._fields().items()
            if not isinstance(field, TickBox)
        }
        self._lay_out()
        self.sources.changed.connect(self._suggest)
        self.name.textChanged.connect(self._check)
        self.folder.changed.connect(self._check)
        self.start.clicked.connect(self.confirm)
        self.cancel.clicked.connect(self.left)
        self.retranslate()
        self._check()

    def _fields(self) -> dict[str, QWidget]:
        return {
            "sources": self.sources,
            "name": self.name,
            "folder": self.folder,
            "crs": self.crs,
            "mapping": self.mapping,
            "noding": self.noding,
            "tolerance": self.tolerance,
            "join_ends": self.join_ends,
            "assume": self.assume,
            "assume_sources": self.assume_sources,
            "tcv": self.tcv,
            "valve_layer": self.valve_layer,
        }

    def _lay_out(self) -> None:
        form = form_of(self._names, self._fields())
        inside = QWidget()
        # A form that is not even shown would otherwise make every desk as high as it is.
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self.hint)
        layout.addLayout(form)
        layout.addLayout(row(self.start, self.cancel))
        layout.addStretch(1)
        outer = QHBoxLayout(self)
        area = scrolling(inside, takes_focus=False)
        area.setMaximumWidth(_WIDEST_PX)
        outer.addStretch(1)
        outer.addWidget(area, 100)
        outer.addStretch(1)

    def retranslate(self) -> None:
        self.title.setText(self.tr("Import a city's files"))
        self.hint.setText(
            self.tr(
                "GeoPackage, Shapefile, GeoJSON, SpatiaLite, File Geodatabase or EPANET INP. Nothing is written unless "
                "all of it can be: a new workspace appears whole or not at all."
            )
        )
        names = {
            "sources": self.tr("Files"),
            "name": self.tr("Name of the city"),
            "folder": self.tr("Workspace folder"),
            "crs": self.tr("EPSG code, where files state none"),
            "mapping": self.tr("Mapping file"),
            "noding": self.tr("Connect pipes by"),
            "tolerance": self.tr("Ends meet within (cm)"),
            "valve_layer": self.tr("INP: valves as CSV"),
        }
        for key, name in names.items():
            self._names[key].setText(name)
        self.assume.setText(self.tr("Place assumed valves where there is no valve layer"))
        self.assume_sources.setText(self.tr("Place assumed sources where there is no source at all"))
        self.join_ends.setText(self.tr("Split a line where another one's end touches its middle"))
        self.tcv.setText(self.tr("INP: throttle valves (TCV) are isolation valves"))
        self.start.setText(self.tr("Import"))
        self.cancel.setText(self.tr("Cancel"))
        chosen = max(self.noding.currentIndex(), 0)
        self.noding.clear()
        self.noding.addItems([self.tr("ids where sound, else geometry"), self.tr("ids"), self.tr("geometry")])
        self.noding.setCurrentIndex(chosen)

    def _suggest(self) -> None:
        """Name the city and its folder after the first file until the operator says otherwise."""
        paths = self.sources.paths
        if paths and not self.name.isModified():
            self.name.setText(paths[0].stem)
        if paths and not self.folder.field.isModified():
            self.folder.set_paths([str(self._workspaces / paths[0].stem)])
        self._check()

    def _check(self) -> None:
        self.start.setEnabled(bool(self.sources.paths) and len(self.folder.paths) == 1)

    def confirm(self) -> None:
        """Ask for the import, if the form is filled."""
        if self.start.isEnabled():
            self.import_wanted.emit(self.request())

    def request(self) -> ImportCity:
        """What the form says."""
        mapping, valve_layer = self.mapping.paths, self.valve_layer.paths
        return ImportCity(
            sources=self.sources.paths,
            folder=self.folder.paths[0],
            mapping=mapping[0] if mapping else None,
            crs_epsg=int(self.crs.text()) if self.crs.text() else None,
            tolerance_m=self.tolerance.value() / 100,
            noding=NODING_WAYS[self.noding.currentIndex()],
            join_ends_on_lines=self.join_ends.isChecked(),
            assume_valves=self.assume.isChecked(),
            assume_sources=self.assume_sources.isChecked(),
            isolation_valves="tcv" if self.tcv.isChecked() else "",
            valve_layer=valve_layer[0] if valve_layer else None,
            name=self.name.text().strip(),
        )
