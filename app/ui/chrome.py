"""Top bar and status bar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from app.messages import formats
from app.requests import WorkspaceOpened
from app.ui import fonts, icons
from app.ui.command_line import CommandLine
from app.ui.desks import DISPATCH, EDIT, FIELD, HOTLINE, OUTAGES, PLAN, PRESSURE, Desks
from app.ui.files_line import FilesLine
from app.ui.hub_line import HubLine
from app.ui.look import Look
from app.ui.session import Session
from app.ui.theme import THEMES
from app.ui.tools.readout import PlaceReadout
from app.ui.widgets import GAP, PADDING, DeskTab, ElidedLabel, IconLabel, Label, Panel, chip

TOP_HEIGHT, STATUS_HEIGHT = 44, 28
_COMPACT_BELOW_PX, _LEAST_PX = 1600, 1000
_COMMAND_PX, _COMPACT_COMMAND_PX = 280, 160
_SECOND_MS = 1000
_TOLD_MS = 8000


class TopBar(Panel):
    """Name, desks, command line, language, theme, menu.

    Only desks that do something have a tab; each keeps its own number for Ctrl.

    Signals:
        language_wanted, theme_wanted: The next one, by name.
        desk_wanted: A desk, by its code.
    """

    language_wanted = Signal(str)
    theme_wanted = Signal(str)
    desk_wanted = Signal(str)

    def __init__(self, look: Look, command: CommandLine) -> None:
        super().__init__(look)
        self.setProperty("surface", "bar")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(TOP_HEIGHT)
        self.name = Label(size=fonts.TITLE, weight=600)
        self._group = QButtonGroup(self)
        self._tabs = QHBoxLayout()
        self._tabs.setSpacing(GAP)
        self.desk_tabs: dict[str, DeskTab] = {}
        self.language, self.theme, self.menu = _tool_button(), _tool_button(), _tool_button()
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.language.clicked.connect(self._next_language)
        self.theme.clicked.connect(self._next_theme)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 0, 8, 0)
        line.setSpacing(GAP)
        line.addWidget(IconLabel(look, "logo", "t1", 20))
        line.addWidget(self.name)
        line.addSpacing(GAP)
        line.addLayout(self._tabs)
        line.addStretch(1)
        self._command = command
        line.addWidget(command, 4)
        line.addStretch(1)
        self._counts = QHBoxLayout()
        line.addLayout(self._counts)
        for button in (self.language, self.theme, self.menu):
            line.addWidget(button)
        look.theme_changed.connect(self._draw_icons)
        # What it holds must not make a laptop's window larger than its screen.
        self.setMinimumWidth(_LEAST_PX)
        self.retranslate()
        self._draw_icons()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        # What is counted at the right comes and goes: then there is more or less room for the desks.
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _whole_px(self) -> int:
        """How wide everything is with the desks' numbers and the theme's name, whether they are shown now or not."""
        line = self.layout()
        assert line is not None
        tabs = sum(tab.whole_px - tab.sizeHint().width() for tab in self.desk_tabs.values())
        named = self.theme.toolButtonStyle() is not Qt.ToolButtonStyle.ToolButtonIconOnly
        theme = 0 if named else self.theme.fontMetrics().horizontalAdvance(self.theme.text()) + GAP
        return line.minimumSize().width() + tabs + theme + _COMMAND_PX - self._command.minimumWidth()

    def _fit(self) -> None:
        """Where there is no room for all, desks go without their numbers and the theme without its name."""
        compact = self.width() < max(_COMPACT_BELOW_PX, self._whole_px())
        for tab in self.desk_tabs.values():
            tab.set_compact(compact)
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.theme.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly if compact else beside)
        self._command.setMinimumWidth(_COMPACT_COMMAND_PX if compact else _COMMAND_PX)

    def set_desks(self, desks: Desks) -> None:
        """Give each desk a tab, in the order of their numbers."""
        for desk in desks.every:
            tab = DeskTab(self.look, desk.number, TOP_HEIGHT - 1)
            tab.clicked.connect(lambda _checked=False, code=desk.code: self.desk_wanted.emit(code))
            self._group.addButton(tab)
            self._tabs.addWidget(tab)
            self.desk_tabs[desk.code] = tab
        desks.changed.connect(self._mark_desk)
        self._mark_desk(desks.shown.code)
        self.retranslate()
        self._fit()

    def _mark_desk(self, code: str) -> None:
        self.desk_tabs[code].setChecked(True)

    def set_counts(self, counts: QWidget) -> None:
        """What is counted on every desk, at the right."""
        self._counts.addWidget(counts)

    def set_menu(self, menu: QMenu) -> None:
        """What F10 opens."""
        self.menu.setMenu(menu)

    def retranslate(self) -> None:
        self.name.setText(self.tr("Sluice"))
        names = {
            DISPATCH: self.tr("Dispatch"),
            PLAN: self.tr("Plan"),
            PRESSURE: self.tr("Pressure"),
            OUTAGES: self.tr("Outages"),
            EDIT: self.tr("Edit"),
            HOTLINE: self.tr("Hotline"),
            FIELD: self.tr("Field"),
        }
        for code, tab in self.desk_tabs.items():
            tab.setText(names[code])
        self.language.setText("EN" if self.look.language == "zh_CN" else "中文")
        self.language.setToolTip(
            self.tr("Switch to Chinese") if self.look.language == "en" else self.tr("Switch to English")
        )
        self.theme.setText(self.tr("Theme"))
        self.menu.setText(self.tr("Menu") + " F10")
        self._name_theme()

    def _name_theme(self) -> None:
        names = {"dark": self.tr("Dark"), "light": self.tr("Light"), "sun": self.tr("Sunlight")}
        self.theme.setText(names[self.look.theme.name])
        self.theme.setToolTip(self.tr("Next theme"))

    def _draw_icons(self) -> None:
        self._name_theme()
        ink = self.look.theme.t2
        self.theme.setIcon(icons.icon("moon" if self.look.theme.dark else "sun", ink))
        self.menu.setIcon(icons.icon("menu", ink))

    def _next_language(self) -> None:
        self.language_wanted.emit("en" if self.look.language == "zh_CN" else "zh_CN")

    def _next_theme(self) -> None:
        names = list(THEMES)
        self.theme_wanted.emit(names[(names.index(self.look.theme.name) + 1) % len(names)])


def _tool_button() -> QToolButton:
    button = QToolButton()
    button.setFont(fonts.font(fonts.TABLE))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(16, 16))
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


class StatusBar(Panel):
    """One line of facts: workspace, what it is, what the worker does, what was just done, the time."""

    def __init__(self, look: Look, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session, self._now = session, now
        self._told: Callable[[], str] | None = None
        self._said_in = ""
        self._busy = ""
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.setFixedHeight(STATUS_HEIGHT)
        self.workspace = Label(size=fonts.CAPTION, weight=500)
        self.synthetic, self.assumed = chip("", "plain"), chip("", "outline")
        self.counts, self.journal, self.worker = (Label(size=fonts.CAPTION, tone="t2") for _ in range(3))
        self.worker_icon = IconLabel(look, "dot", "t2", 14)
        self.told = ElidedLabel(look, size=fonts.CAPTION, tone="t1")
        self.readout = PlaceReadout(look, session)
        self.time = Label(size=fonts.TABLE, weight=600)
        self._journal_icon = IconLabel(look, "tick", "t2", 14)
        self.hub, self.files = HubLine(look, session), FilesLine(look, session)
        self._lay_out()
        self._told_timer = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._told_timer.timeout.connect(self._forget)
        self._clock = QTimer(self, interval=_SECOND_MS)
        self._clock.timeout.connect(self._write_time)
        self._clock.start()
        session.early_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        session.city_changed.connect(self.retranslate)
        session.events_changed.connect(self.retranslate)
        session.told.connect(self._tell)
        self.retranslate()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 0, PADDING, 0)
        line.setSpacing(GAP)
        for widget in (
            self.worker_icon,
            self.worker,
            _gap(),
            self.workspace,
            self.synthetic,
            self.assumed,
            self.counts,
        ):
            line.addWidget(widget)
        for widget in (self._journal_icon, self.journal, _gap(), self.files, _gap(), self.hub, _gap()):
            line.addWidget(widget)
        line.addWidget(self.told, 1)
        for widget in (self.readout, _gap(), self.time):
            line.addWidget(widget)

    def _assumptions(self, opened: WorkspaceOpened) -> str:
        """What was placed by rule: a plan may rely on something that is not there."""
        told = []
        if opened.assumed_valves:
            told.append(self.tr("{count} assumed valves").format(count=formats.number(opened.assumed_valves)))
        if opened.assumed_sources:
            told.append(self.tr("{count} assumed sources").format(count=formats.number(opened.assumed_sources)))
        return " · ".join(told)

    def retranslate(self) -> None:
        opened = self._session.workspace
        for widget in (self.counts, self.journal, self._journal_icon):
            widget.setVisible(opened is not None)
        awaited = self._session.awaited
        self.workspace.setVisible(opened is not None or awaited is not None)
        self.synthetic.setVisible(opened is not None and opened.synthetic)
        self.assumed.setVisible(opened is not None and opened.assumed_valves + opened.assumed_sources > 0)
        if opened is not None:
            self.workspace.setText(opened.name or opened.folder.name)
            self.synthetic.setText(self.tr("synthetic"))
            self.assumed.setText(self._assumptions(opened))
            pipes, customers = formats.number(opened.pipes), formats.number(opened.customers)
            self.counts.setText(
                self.tr("{pipes} pipes · {customers} customers").format(pipes=pipes, customers=customers)
            )
            events = formats.number(self._session.events)
            self.journal.setText(self.tr("journal #{count} on disk").format(count=events))
        elif awaited is not None:
            self.workspace.setText(self.tr("{name} · opening").format(name=awaited.name))
        self.show_busy(self._busy)
        if self._told is not None:
            # What was said in words alone cannot be said in another language: it goes.
            stays = self._said_in in {"", self.look.language}
            self.told.set_text(self._told() if stays else "")
        self._write_time()

    def show_busy(self, words: str) -> None:
        """What the worker does; "" when it waits."""
        self._busy = words
        self.worker.setText(words or self.tr("worker ready"))
        self.worker_icon.set_icon("ring" if words else "dot", "acc" if words else "t2")

    def show_place(self, x_m: float, y_m: float) -> None:
        """Where the pointer is."""
        self.readout.show_place(x_m, y_m)

    def say(self, text: str | Callable[[], str]) -> None:
        """Show a sentence for some seconds; one that can be made again stays through a change of language."""
        self._told = (lambda: text) if isinstance(text, str) else text
        self._said_in = self.look.language if isinstance(text, str) else ""
        self.told.set_text(self._told())
        self._told_timer.start()

    def _tell(self, code: str, detail: dict[str, str | int | float]) -> None:
        self.say(lambda: self.look.words.say("told", code, detail))

    def _forget(self) -> None:
        self._told = None
        self.told.set_text("")

    def _write_time(self) -> None:
        moment = self._now()
        self.time.setText(f"{formats.date(moment, self.look.language)}  {formats.clock_time(moment)}")


def _gap() -> QWidget:
    frame = QFrame()
    frame.setFixedWidth(GAP)
    return frame
