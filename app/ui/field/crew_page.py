"""The page on which one says for which crew one writes."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout

from app.ui import fonts
from app.ui.field.model import FieldModel
from app.ui.field.parts import BODY, SMALL, STEP, BigRow, by_finger, elided
from app.ui.field.rows import RowList
from app.ui.look import Look
from app.ui.widgets import Label, Panel, scrolling

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class CrewPage(Panel):
    """Every crew of the roster, those sent to this incident on top, and nobody.

    Signals:
        chosen: One was tapped: its name, "" for nobody.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, model: FieldModel) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._model = model
        self.title, self.hint = Label(size=STEP, weight=600), Label(size=BODY, wrap=True)
        self.rows = RowList()
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 10)
        head.addWidget(self.title)
        head.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(by_finger(scrolling(self.rows, takes_focus=False)), 1)
        self.retranslate()

    def begin(self) -> None:
        """Show the crews as they are now; the keyboard goes to the one that is chosen."""
        sent, others = self._model.crews
        rows: list[BigRow] = []
        for name, told in (
            *((name, self.tr("sent here")) for name in sent),
            *((name, "") for name in others),
            ("", self.tr("only my login is written down")),
        ):
            row = CrewRow(self.look, name or self.tr("Nobody"), told, now=name == self._model.crew)
            row.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            rows.append(row)
        self.rows.show_rows(rows)
        for shown in rows:
            shown.show()
        next((row for row in rows if row.isChecked()), rows[0]).setFocus()

    def retranslate(self) -> None:
        self.title.setText(self.tr("For which crew do you write?"))
        self.hint.setText(self.tr("What is said here bears your login and this crew, at the dispatcher's, too."))


class CrewRow(BigRow):
    """One crew to write for."""

    def __init__(self, look: Look, name: str, told: str, *, now: bool) -> None:
        super().__init__(look)
        self.name, self._told = name, told
        self.setCheckable(True)
        self.setChecked(now)
        self.setAccessibleName(f"{name} {told}".strip())

    def write(self, painter: QPainter) -> None:
        painter.setPen(self._look.colour("t1"))
        painter.setFont(fonts.font(18, 600))
        painter.drawText(QRect(16, 0, 200, self.height()), _LEFT, elided(painter, self.name, 196))
        painter.setFont(fonts.font(SMALL))
        room = self.width() - 240
        painter.drawText(QRect(224, 0, room, self.height()), _LEFT, elided(painter, self._told, room))
