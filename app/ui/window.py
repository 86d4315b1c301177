"""The main window: bars, map, the two sides, and the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QWidget

from app.messages.describe import Thing
from app.requests import ImportCity
from app.sounds import SoundWay
from app.ui.arrangement import Arrangement, arrangement_for
from app.ui.chrome import StatusBar, TopBar
from app.ui.command_line import CommandLine
from app.ui.desk_styles import DeskStyles
from app.ui.desks import DISPATCH, EDIT, FIELD, HOTLINE, OUTAGES, PLAN, PRESSURE, Desks
from app.ui.dispatch.alarms import RoomSounds
from app.ui.dispatch.desk import DispatchDesk
from app.ui.editing.desk import EditingDesk
from app.ui.elsewhere import Elsewhere
from app.ui.exporting import Exporter
from app.ui.field.desk import FieldDesk
from app.ui.hotline.desk import HotlineDesk
from app.ui.import_form import ImportForm
from app.ui.inspector.inspector import Inspector
from app.ui.layer_export import LayerExporting
from app.ui.left.side import LeftSide
from app.ui.live.desk import LiveDesk
from app.ui.live.section_heads import SectionHeads
from app.ui.look import Look
from app.ui.map_desk import Around
from app.ui.map_pane import MapPane
from app.ui.map_windows import MapWindows
from app.ui.menus import MainMenu
from app.ui.notice import NoticeBar
from app.ui.outages.desk import OutagesDesk
from app.ui.planning.study import Study
from app.ui.pressures.pane import KEY as PRESSURES_KEY
from app.ui.pressures.pane import PressuresPane
from app.ui.printing import Printing
from app.ui.session import Session
from app.ui.tasks import TaskStrip
from app.ui.tools.bookmarks import Bookmarks
from app.ui.tools.toolbox import Toolbox
from app.ui.typed_line import TypedLine
from app.ui.welcome import Welcome
from app.ui.widgets import column
from app.ui.window_desks import DeskParts, every_desk
from app.ui.window_title import WindowTitle
from gis.scene.map_style import MapStyle
from network.answers import PipeParts

_ROOM_FOR_PRESSURES_PX = 860
"""A window at least so high shows the pane under the map until its user hides it."""
"""Five incidents on the time line with its header."""
_NEXT_TURN_MS = 1
"""Qt carries out a timer of no time in the same turn of the event loop."""


class MainWindow(QMainWindow):
    """Everything on screen; holds no state of its own beyond the layout."""

    def __init__(
        self,
        look: Look,
        session: Session,
        settings: QSettings,
        workspaces: Path,
        now: Callable[[], datetime],
        sound_ways: Sequence[SoundWay] = (),
    ) -> None:
        super().__init__()
        self.look, self.session, self._settings, self._now = look, session, settings, now
        self._styles = DeskStyles(settings)
        self.command = CommandLine(look, session)
        self.top = TopBar(look, self.command)
        self.tasks = TaskStrip(look, session.client)
        self.notice = NoticeBar(look)
        self.map = MapPane(look, session)
        self.maps = MapWindows(look, session, self.map.canvas.store, self)
        self.pressures = PressuresPane(look, session, now)
        self.welcome = Welcome(look)
        self.import_form = ImportForm(look, workspaces)
        self.study = Study(session, now, self)
        self.left = LeftSide(look, session, self.study, now)
        self.inspector = Inspector(look, session, self.study)
        self.editing = EditingDesk(look, session, self.map, now().tzinfo or UTC, self)
        around = Around(look, session, self.map, now)
        self.dispatch = DispatchDesk(around, RoomSounds(sound_ways, self))
        self.live = LiveDesk(around, self.dispatch.model)
        self.hotline = HotlineDesk(around, self.dispatch.model, self.live.model)
        self.outages = OutagesDesk(around, settings, self.dispatch.model)
        self.elsewhere = Elsewhere(session, self)
        self.field = FieldDesk(around, settings, self.dispatch.model)
        parts = DeskParts(
            session,
            self.left,
            self.inspector,
            self.dispatch,
            self.live,
            self.outages,
            self.editing,
            self.hotline,
            self.field,
        )
        self.desks = Desks(every_desk(parts), self, first=PLAN)
        self.top.set_desks(self.desks)
        self.top.set_counts(self.dispatch.badges)
        self.status = StatusBar(look, session, now)
        self.title = WindowTitle(self, look, session)
        self.exporter = Exporter(
            self, look, session, now, lambda: self.map.canvas.content, lambda: self.study.programme
        )
        self.menu = MainMenu(self, look, session)
        self.tools = Toolbox(self, look, session, self.map, now)
        self.section_heads = SectionHeads(self.tools, self.live.model, self.map)
        self.typed = TypedLine(self.command, session, self.desks, self.dispatch, self.map, self.tools, now)
        self.menu.add_tools(self.tools.menu)
        self.bookmarks = Bookmarks(self, look, session, self.map.canvas, settings)
        self.menu.add_tools(self.bookmarks.menu)
        self.printing = Printing(self, look, session, self.map, now, lambda: self.tools.way)
        self.top.set_menu(self.menu)
        self.layer_export = LayerExporting(self, look, session, self.map)
        self._arranged: Arrangement | None = None
        self._pressures_shown = False
        self._lay_out()
        self._connect()
        self._bind_keys()
        self._restore()
        self.retranslate()
        self.setFocus()

    def _lay_out(self) -> None:
        self.setMenuWidget(self.top)
        self.below = QStackedWidget()
        self.below.addWidget(self.dispatch.below)
        self.below.addWidget(self.live.below)
        self.below.addWidget(self.outages.below)
        self.centre = QStackedWidget()
        self.map_desk = QWidget()
        column(self.map_desk, self.editing.bar, self.map, self.pressures).setStretch(1, 1)
        for page in (self.welcome, self.map_desk, self.import_form):
            self.centre.addWidget(page)
        self.tools.section.hide()
        self.tools.table.hide()
        tools, middle = self.tools, QWidget()
        self._lines = column(middle, self.tasks, self.notice, self.centre, tools.section, tools.table)
        self._lines.setStretch(2, 1)
        self.setCentralWidget(middle)
        self.left_dock = self._dock("left", self.desks.left, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.right_dock = self._dock("right", self.desks.right, Qt.DockWidgetArea.RightDockWidgetArea)
        self.bar_dock = self._dock("bar", self.field.bar, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.below_dock = self._dock("below", self.below, Qt.DockWidgetArea.BottomDockWidgetArea)
        # Time runs under the queue and the map; what is in front keeps the whole height.
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.status, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(1920, 1080)
        self._arrange()

    def show_over_map(self, line: QWidget) -> None:
        """Give *line* its place between the bars and the map."""
        self._lines.insertWidget(2, line)

    def _arrange(self) -> None:
        """Give the sides the widths for the room there is; an operator may move them afterwards."""
        wanted = arrangement_for(self.width(), self.desks.shown.code, self.height())
        if wanted != self._arranged:
            self._arranged = wanted
            docks = [self.left_dock, self.right_dock]
            self.resizeDocks(docks, [wanted.left, wanted.right], Qt.Orientation.Horizontal)
            self.resizeDocks([self.below_dock], [wanted.below], Qt.Orientation.Vertical)
            self.inspector.set_tabbed(wanted.tabs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _dock(self, name: str, inside: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self)
        dock.setObjectName(name)
        dock.setWidget(inside)
        bare = QWidget(dock)
        dock.setTitleBarWidget(bare)
        # Detached it needs a frame to be moved by; at home it has its own header.
        dock.topLevelChanged.connect(
            lambda floats: dock.setTitleBarWidget(None if floats else QWidget(dock))  # type: ignore[arg-type]  # None: Qt's own
        )
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        session = self.session
        self.left.faults.chosen.connect(self.map.show_fault)
        self.left.ranking.shades_changed.connect(self.map.set_ranked)
        self.pressures.marks_changed.connect(self.map.canvas.mark_pressures)
        self.left.ranking.pointed.connect(self._show_ranked)
        self.left.layers.style_changed.connect(self._take_style)
        self.desks.changed.connect(self._take_desk)
        self.inspector.relations.shown.connect(self.map.show_thing)
        self.inspector.relations.parts_wanted.connect(self.map.show_parts)
        self.inspector.valves.path_shown.connect(self.map.show_path)
        self.inspector.resupply.pointed.connect(self.map.show_restorable)
        self.map.valve_pointed.connect(self.inspector.valves.point_at)
        self.study.ordered_changed.connect(lambda: self.map.show_order(self.study.closing))
        self.inspector.bar.export_chosen.connect(self.exporter.ask)
        self.exporter.failed.connect(self.notice.show_refusal)
        self.map.pointed.connect(self.status.show_place)
        self.status.readout.set_system(str(self._settings.value("coordinates", "project")))
        self.status.readout.system_changed.connect(lambda system: self._settings.setValue("coordinates", system))
        self.tasks.busy_changed.connect(self.status.show_busy)
        for chooser in (self.top, self.menu):
            chooser.language_wanted.connect(self.set_language)
            chooser.theme_wanted.connect(self.set_theme)
        self.top.desk_wanted.connect(self.desks.show)
        self.desks.changed.connect(self._desk_changed)
        self.inspector.card.correction_wanted.connect(partial(self.desks.show, EDIT))
        self.field.theme_wanted.connect(self.set_theme)
        for desk in (self.dispatch, self.live, self.hotline, self.outages, self.field):
            desk.said.connect(self.status.say)
        self.outages.draw_wanted.connect(self.draw_area)
        self.menu.area_wanted.connect(self.draw_area)
        self.menu.export_wanted.connect(self.layer_export.open)
        self.menu.print_wanted.connect(self.printing.open)
        self.tools.said.connect(self.status.say)
        self.tools.section_wanted.connect(self.tools.section.show)
        self.tools.put_away.connect(self.tools.section.hide)
        for asker in (self.menu, self.welcome):
            asker.import_wanted.connect(self.show_import)
        self.welcome.open_wanted.connect(self.menu.open_workspace)
        self.welcome.demo_wanted.connect(self.menu.demo_wanted)
        self.tasks.busy_changed.connect(self.welcome.show_busy)
        self.import_form.import_wanted.connect(self._import)
        self.import_form.left.connect(self._show_centre)
        self.menu.detach_wanted.connect(self.detach)
        self.menu.map_wanted.connect(self.open_map)
        self.menu.quit_wanted.connect(self.close)
        session.refused.connect(self.notice.show_refusal)
        session.plan_changed.connect(self.notice.put_away)
        session.early_changed.connect(self._early_changed)
        session.workspace_changed.connect(self._workspace_changed)
        self.look.language_changed.connect(self.retranslate)

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "F2": self.command.enter,
            "/": self.command.enter,
            "F9": self.do_primary,
            "F10": self.top.menu.showMenu,
            PRESSURES_KEY: self.pressures.toggle,
            "Esc": self.step_back,
        }
        for desk in self.desks.every:
            keys[f"Ctrl+{desk.number}"] = partial(self.desks.show, desk.code)
            for key in (*desk.keys(), *desk.own_keys):
                keys.setdefault(key, partial(self.desks.press, key))
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # Commands

    def do_primary(self) -> None:
        """F9: what the page in front is for."""
        if self.centre.currentWidget() is self.import_form:
            self.import_form.confirm()
        else:
            self.desks.press("F9")

    def _desk_changed(self, code: str) -> None:
        """The desk in front brings its own widths, and what stands under the map; pressures are a matter of plans."""
        below = {DISPATCH: self.dispatch.below, PRESSURE: self.live.below, OUTAGES: self.outages.below}
        self.below_dock.setVisible(code in below)
        self.below.setCurrentWidget(below.get(code, self.dispatch.below))
        self.bar_dock.setVisible(code == FIELD)
        self.right_dock.setVisible(code != FIELD)
        self.field.bring_forward(is_in_front=code == FIELD)
        self.outages.bring_forward(is_in_front=code == OUTAGES)
        self.live.shades.bring_forward(is_in_front=code == PRESSURE)
        if code != PLAN:
            self._pressures_shown = self._pressures_shown or not self.pressures.isHidden()
            self.pressures.hide()
        elif self._pressures_shown:
            self.pressures.show()
            self._pressures_shown = False
        self.editing.come_forward(code)
        if code == PLAN:
            # A ranking of the network before the edits is gone: the panel in front asks for its own again.
            self.left.show_page(self.left.shown)
        self._arranged = None
        self._arrange()

    def show_import(self) -> None:
        """Bring the import form to the front; the map waits behind it."""
        self.centre.setCurrentWidget(self.import_form)
        self.import_form.sources.field.setFocus()

    def _import(self, request: ImportCity) -> None:
        self._show_centre()
        self.session.import_city(request)

    def _show_centre(self) -> None:
        """The map, or where to begin."""
        seen = self.session.workspace is not None or self.session.early is not None
        wanted = self.map_desk if seen else self.welcome
        if self.centre.currentWidget() is wanted:
            return  # whoever works there, or types, goes on
        typing = self.command.field.hasFocus()
        self.centre.setCurrentWidget(wanted)
        if not typing:
            (self.map.canvas if seen else self).setFocus()

    def step_back(self) -> None:
        """Esc: leave the innermost thing — popup, polygon, long task, notice, then selection, then plan."""
        canvas = self.map.canvas
        if self.command.popup.isVisible():
            self.command.leave()
        elif canvas.drawing_area:
            canvas.cancel_area()
        elif self._let_go():
            return
        elif self.centre.currentWidget() is self.import_form:
            self._show_centre()
        elif self.session.selection is not None and self.session.selection != self.session.target:
            self.session.pick(self.session.target)
        else:
            self.session.clear_plan()
            self.session.pick(None)

    def _let_go(self) -> bool:
        """Leave what a desk asks, end work, put away a notice, a tool or an edit, whichever comes first."""
        steps = {DISPATCH: self.dispatch.step_back, PRESSURE: self.live.step_back}
        steps |= {HOTLINE: self.hotline.step_back, OUTAGES: self.outages.step_back, FIELD: self.field.step_back}
        step_back = steps.get(self.desks.shown.code)
        if step_back is not None and step_back():
            return True
        return self._stop_work() or self.notice.put_away() or self.tools.step_back() or self.editing.step_back()

    def _stop_work(self) -> bool:
        """End what runs longest in front of the operator; False where nothing does."""
        return self.tasks.cancel_oldest() or self.pressures.finder.stop() or self.study.stop()

    def _show_ranked(self, thing: Thing, parts: PipeParts) -> None:
        """A row of the ranking was chosen: pick what it stands for, and mark what would be lost with it first."""
        self.session.pick(thing)
        self.map.show_parts(parts)

    def draw_area(self) -> None:
        """Start the polygon tool."""
        self.map.canvas.start_area()
        self.status.say(
            self.tr("Click the corners of the area, or pan and press Space; double click or Enter ends it, Esc leaves.")
        )

    def open_map(self) -> None:
        """Another window with a map of its own, for another screen."""
        self.maps.open(self.map.canvas.view, self.left.layers.style_chosen, self._now().year)

    def detach(self, side: str) -> None:
        """Give a side a window of its own, for another screen, or take it back."""
        dock = self.left_dock if side == "left" else self.right_dock
        dock.setFloating(not dock.isFloating())

    def set_language(self, language: str) -> None:
        """Change language, now and for later starts."""
        self.look.set_language(language)
        self._settings.setValue("language", language)

    def set_theme(self, name: str) -> None:
        """Change theme, now and for later starts."""
        self.look.set_theme(name)
        self._settings.setValue("theme", name)

    def _workspace_changed(self) -> None:
        self.notice.put_away()
        self._show_map()

    def _early_changed(self) -> None:
        # A form that is being filled in stays: nobody is sent away from it by a city that cannot be worked with yet.
        if self.centre.currentWidget() is not self.import_form:
            self._show_map()

    def _show_map(self) -> None:
        was_hidden = not self.map.isVisible()
        self._show_centre()
        # To tell every panel and to paint a large city's first frame in one turn would hold the window up.
        self.centre.setUpdatesEnabled(False)
        QTimer.singleShot(_NEXT_TURN_MS, self.centre, lambda: self.centre.setUpdatesEnabled(True))
        if was_hidden and self.map.isVisible():
            # The map gets its size only now that it is in front.
            QTimer.singleShot(0, self.map.canvas, self.map.canvas.zoom_to_all)

    def retranslate(self) -> None:
        """Name what stands beside the map again."""
        self.left_dock.setWindowTitle(self.tr("Lists"))
        self.right_dock.setWindowTitle(self.tr("Plan"))

    def show_crash(self, report: Path) -> None:
        """Say that a crash report was written."""
        self.notice.show_crash(str(report))

    # Layout

    def _take_style(self, style: MapStyle) -> None:
        """Show layers as chosen, now and whenever this desk comes to the front."""
        self._styles.keep(self.desks.shown.code, style)
        self._show_style(style)

    def _show_style(self, style: MapStyle) -> None:
        for pane in (self.map, *self.maps.panes):
            pane.set_style(style, self._now().year)

    def _take_desk(self, code: str) -> None:
        """Another desk is in front: the map looks as it was left there."""
        style = self._styles.of(code)
        self.left.layers.set_style(style)
        self._show_style(style)

    def _restore(self) -> None:
        self._take_desk(self.desks.shown.code)
        for key, restore in (("geometry", self.restoreGeometry), ("layout", self.restoreState)):
            kept = self._settings.value(key)
            if isinstance(kept, QByteArray):
                restore(kept)
        roomy = self.height() >= _ROOM_FOR_PRESSURES_PX
        self.pressures.setVisible(bool(self._settings.value("pressures", roomy, type=bool)))
        self.below_dock.hide()
        self.bar_dock.hide()
        self.right_dock.show()
        kept = self._settings.value("desk", PLAN)
        if kept in {DISPATCH, FIELD}:
            self.desks.show(str(kept))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self.dispatch.close()
        self.live.close()
        self.field.close()
        self.elsewhere.close()
        self._settings.setValue("desk", self.desks.shown.code)
        self._settings.setValue("pressures", self._pressures_shown or not self.pressures.isHidden())
        self._settings.setValue("layout", self.saveState())
        self._settings.sync()
        self.maps.close()
        self.printing.close()
        self.layer_export.close()
        self.session.client.close()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
