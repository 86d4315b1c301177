"""What the right sides of desks share: the head, the hint while nothing is in front, the menu behind F12, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.dispatch.acts import No
from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, Label, Panel, column, padded


def lay_out_head(host: Panel, number: Label, title: ElidedLabel, *beside: QWidget) -> QVBoxLayout:
    """The first line of *host*: number, title, what stands *beside* them. The next lines go into what is returned."""
    host.setProperty("surface", "panel")
    host.setProperty("edge", "bottom")
    first = QHBoxLayout()
    first.setSpacing(10)
    first.addWidget(number)
    first.addWidget(title, 1)
    for widget in beside:
        first.addWidget(widget)
    layout = QVBoxLayout(host)
    layout.setContentsMargins(PADDING, 12, GAP, 10)
    layout.setSpacing(4)
    layout.addLayout(first)
    return layout


def hint_of(label: Label) -> QWidget:
    """What to do while nothing is in front, at the top of the side."""
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return padded(label, PADDING, PADDING)


class ActsMenu(QMenu):
    """What else can be done, each by its letter.

    Attributes:
        acts: The menu's entries by their codes.
    """

    def __init__(self, host: QWidget, acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(host)
        self.acts = {code: QAction(self) for code in acts}
        for code, act in acts.items():
            self.acts[code].triggered.connect(lambda _checked=False, act=act: act())
            self.addAction(self.acts[code])

    def name(self, names: Mapping[str, str]) -> None:
        """Write the entries' words; each has some."""
        for code, action in self.acts.items():
            action.setText(names[code])

    def open_above(self, button: QWidget) -> None:
        """Open where it leaves *button* in sight."""
        corner = button.mapToGlobal(button.rect().topLeft())
        corner.setY(corner.y() - self.sizeHint().height())
        self.popup(corner)


class RefusalBar(Panel):
    """Why the last act was refused, until the next one or Esc.

    Args:
        look: Of the window.
        words_of: The words for a refusal, in the language in force.
    """

    def __init__(self, look: Look, words_of: Callable[[No], str]) -> None:
        super().__init__(look)
        self._words_of = words_of
        self._no: No | None = None
        self._label = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.setProperty("notice", "amber")
        column(self, padded(self._label, 6, 6))
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def tell(self, no: No) -> None:
        """Say why something was refused."""
        self._no = no
        self.retranslate()
        self.show()

    def retranslate(self) -> None:
        if self._no is not None:
            self._label.setText(self._words_of(self._no))

    def step_back(self) -> bool:
        """Esc: go away; False where it is not to be seen."""
        was_there = self.isVisible()
        self.hide()
        return was_there
