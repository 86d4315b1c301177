"""The right side of the window: selection, plan, and the bar with what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import fonts
from app.ui.inspector.basis import BasisSection, RefusalBanner
from app.ui.inspector.customers import CustomersSection
from app.ui.inspector.impact import ImpactSection
from app.ui.inspector.relations import RelationsSection
from app.ui.inspector.selection_card import SelectionCard
from app.ui.inspector.valves import ValvesSection
from app.ui.look import Look
from app.ui.planning.fallbacks import FallbackSection
from app.ui.planning.programme import ProgrammeSection
from app.ui.planning.proof import ProofSection
from app.ui.planning.resupply import ResupplySection
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.widgets import (
    BAR_HEIGHT,
    GAP,
    HEADER_HEIGHT,
    PADDING,
    ElidedLabel,
    IconLabel,
    KeyButton,
    Label,
    Panel,
    column,
    row,
    scrolling,
)

EXPORTS = ("pdf_a4", "pdf_a3", "xlsx", "valves_csv", "customers_csv", "gpkg", "geojson")
"""What the export menu offers, in its order."""


GROUPS = 4
"""Groups of sections: valves, impact, restoring, basis."""


class EmptyHint(Panel):
    """One grey sentence and the key for the next act."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.text = Label(size=fonts.BODY, tone="t3", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.addWidget(self.text)
        for changed in (session.workspace_changed, session.selection_changed, session.plan_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        session = self._session
        self.appear(session.plan is None and session.selection is None)
        hint = self.tr("Click a pipe on the map, or press F2 and type an id, a road or an address.")
        self.text.setText(hint if session.workspace is not None else self.tr("Plans are shown here."))


class TargetLine(Panel):
    """Which place the plan is for, where something else is picked."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.text = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 6, PADDING, 6)
        line.addWidget(IconLabel(look, "drop", "leak", 14))
        line.addWidget(self.text, 1)
        session.plan_changed.connect(self.retranslate)
        session.selection_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        from_elsewhere = self._session.plan is not None and self._session.selection != self._session.target
        self.appear(from_elsewhere)
        if from_elsewhere:
            self.text.set_text(self.tr("Plan for {target}").format(target=self._session.target_name(self.look.words)))


class ActionBar(Panel):
    """The buttons under the inspector; one of them is primary.

    Signals:
        export_chosen: What to export, one of :data:`EXPORTS`.
    """

    export_chosen = Signal(str)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.setFixedHeight(BAR_HEIGHT)
        self.primary = KeyButton(look, "F9", primary=True)
        self.again = KeyButton(look, "F7")
        self.export = KeyButton(look, "F8")
        self.menu = QMenu(self)
        self._actions = {what: QAction(self.menu) for what in EXPORTS}
        for what, action in self._actions.items():
            action.triggered.connect(lambda _checked=False, what=what: self.export_chosen.emit(what))
            self.menu.addAction(action)
        self.primary.clicked.connect(self.do_primary)
        self.again.clicked.connect(self.do_again)
        self.export.clicked.connect(self.open_export)
        line = row(self.primary, self.again, self.export)
        line.setContentsMargins(PADDING, 0, GAP, 0)
        self.setLayout(line)
        for changed in (session.workspace_changed, session.selection_changed, session.plan_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        planned = self._session.plan is not None
        self.primary.setText(self.tr("Record plan") if self._records else self.tr("Isolate this"))
        self.primary.setEnabled(planned if self._records else self._session.can_plan_selection)
        self.again.setText(self.tr("Recompute"))
        self.again.setEnabled(planned)
        self.export.setText(self.tr("Export"))
        self.export.setEnabled(planned)
        names = {
            "pdf_a4": self.tr("Printable sheet A4 (PDF)…"),
            "pdf_a3": self.tr("Printable sheet A3 (PDF)…"),
            "xlsx": self.tr("Workbook (XLSX)…"),
            "valves_csv": self.tr("Valve list (CSV)…"),
            "customers_csv": self.tr("Customer list (CSV)…"),
            "gpkg": self.tr("GeoPackage…"),
            "geojson": self.tr("GeoJSON…"),
        }
        for what, action in self._actions.items():
            action.setText(names[what])

    @property
    def _records(self) -> bool:
        """Whether the primary act is to record: the plan for what is picked is on screen already."""
        session = self._session
        return session.plan is not None and (session.selection == session.target or not session.can_plan_selection)

    def do_primary(self) -> None:
        """Isolate what is picked, or record the plan that is on screen."""
        if not self.primary.isEnabled():
            return
        if self._records:
            self._session.record_plan()
        elif self._session.selection is not None:
            self._session.make_plan(self._session.selection)

    def do_again(self) -> None:
        """Make the plan again."""
        if self._session.target is not None:
            self._session.make_plan(self._session.target)

    def open_export(self) -> None:
        """Show the export menu above its button."""
        if self.export.isEnabled():
            corner = self.export.mapToGlobal(self.export.rect().topLeft())
            self.menu.popup(corner - self.menu.rect().bottomLeft() + self.menu.rect().topLeft())


class GroupTabs(Panel):
    """Names of the groups of sections, where the window has no room to show all at once.

    Signals:
        wanted: Another group: its number.
    """

    wanted = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(HEADER_HEIGHT + 1)
        self._group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 8, 0)
        line.setSpacing(0)
        for number in range(GROUPS):
            button = QPushButton()
            button.setCheckable(True)
            button.setProperty("tab", "true")
            button.setFont(fonts.font(fonts.TABLE, 500))
            button.setFixedHeight(HEADER_HEIGHT)
            self._group.addButton(button, number)
            line.addWidget(button)
        line.addStretch(1)
        self._group.idClicked.connect(self.wanted)
        self.retranslate()

    def retranslate(self) -> None:
        names = (self.tr("Valves"), self.tr("Impact"), self.tr("Restore"), self.tr("Basis"))
        for number, name in enumerate(names):
            self._group.button(number).setText(name)

    def button(self, number: int) -> QAbstractButton:
        """The tab of a group."""
        return self._group.button(number)


class Inspector(QWidget):
    """Selection and plan, scrolling, over the action bar."""

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.card = SelectionCard(look, session)
        self.relations = RelationsSection(look, session)
        self.valves = ValvesSection(look, session, study)
        self.fallbacks = FallbackSection(look, session, study)
        self.proof = ProofSection(look, session, study)
        self.resupply = ResupplySection(look, session, study)
        self.programme = ProgrammeSection(look, session, study)
        self.impact = ImpactSection(look, session)
        self.customers = CustomersSection(look, session)
        self.basis = BasisSection(look, session)
        self.refusal = RefusalBanner(look, session)
        self.hint = EmptyHint(look, session)
        self.bar = ActionBar(look, session)
        self.tabs = GroupTabs(look)
        self._groups = (
            _group(self.valves, self.fallbacks, self.proof),
            _group(self.impact, self.customers),
            _group(self.resupply, self.programme),
            _group(self.basis, self.relations),
        )
        inside = QWidget()
        parts = (self.hint, self.card, TargetLine(look, session), self.refusal, *self._groups)
        column(inside, *parts).addStretch(1)
        self._scroll = scrolling(inside)
        column(self, self.tabs, self._scroll, self.bar)
        self.setMinimumWidth(380)
        self._tabbed, self._shown = False, 0
        self.tabs.wanted.connect(self.show_group)
        self.set_tabbed(False)

    def set_tabbed(self, tabbed: bool) -> None:
        """Show one group of sections at a time, with tabs above, or all of them."""
        self._tabbed = tabbed
        self.tabs.setVisible(tabbed)
        self.show_group(self._shown)

    def show_group(self, number: int) -> None:
        """Bring a group to the front, where they are shown one at a time."""
        self._shown = number
        self.tabs.button(number).setChecked(True)
        for at, group in enumerate(self._groups):
            group.setVisible(not self._tabbed or at == number)

    def reveal(self, section: QWidget) -> None:
        """Bring a section into sight."""
        for number, group in enumerate(self._groups):
            if group.isAncestorOf(section):
                self.show_group(number)
        QApplication.processEvents()  # A group that has just appeared gets its place only now.
        self._scroll.ensureWidgetVisible(section, 0, 0)

    def focus_order(self) -> None:
        """F5: the keyboard goes to the order of closing."""
        self.show_group(0)
        self.valves.focus_order()


def _group(*sections: QWidget) -> QWidget:
    group = QWidget()
    column(group, *sections)
    return group
