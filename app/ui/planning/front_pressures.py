"""Pressures after each of the plans to choose from: asked for with a button, worked out apart from the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.plan_requests import CheckOptions, OptionsChecked, PlanChecked
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.planning.study import Choice, Study
from app.ui.session import Session


class FrontPressures(QObject):
    """What EPANET says of each plan, as far as it is known.

    Signals:
        changed: Begun, known, stopped, or about other plans now.
    """

    changed = Signal()

    def __init__(self, session: Session, study: Study, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._study, self._now = session, study, now
        self._found: dict[str, PlanChecked] = {}
        self._of: tuple[Choice, ...] = ()
        self._asking = Latest(session.client)
        study.weighed_changed.connect(self._forget)

    @property
    def under_way(self) -> bool:
        """Whether they are being worked out."""
        return self._asking.under_way

    def checked(self, choice: Choice) -> PlanChecked | None:
        """What EPANET says of *choice*; None where it was not asked."""
        return self._found.get(choice.letter) if self._of is self._study.choices else None

    def begin(self) -> None:
        """Solve every plan to choose from."""
        subject, workspace, choices, now = (
            self._session.subject,
            self._session.workspace,
            self._study.choices,
            self._now(),
        )
        if subject is None or workspace is None or not choices or self.under_way:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, OptionsChecked):
                self._of = choices
                self._found = {each.letter: told for each, told in zip(choices, reply.plans, strict=True)}
            elif isinstance(reply, Failed) and reply.code != "cancelled":
                self._session.refused.emit(reply)
            self.changed.emit()

        bounds = tuple(choice.option.plan.bounds for choice in choices)
        hour = now.hour + now.minute / 60.0
        request = CheckOptions(workspace.folder, subject, bounds, now.year, hour)
        self._asking.ask(request, take)
        self.changed.emit()

    def _forget(self) -> None:
        self._found, self._of = {}, ()
        self._asking.give_up()
        self.changed.emit()
