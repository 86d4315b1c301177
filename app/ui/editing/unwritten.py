"""The edit in hand, with the line that is half drawn and the reason, as text: so it outlives a console that dies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.edit_requests import XY, AskFeature, EditDraft, FeatureTold, FieldValue, Told, ValveSeen
from app.messages.describe import Thing
from app.requests import Reply
from app.ui.asking import Latest
from app.ui.editing.desk import EditingDesk
from app.ui.editing.editor import SELECT, TOOLS
from gis.places import FEATURES, ids_of


class Unwritten(QObject):
    """What of an edit is not in the journal yet.

    Features go by their ids, so it does not matter whether the city was edited since. The form keeps what stood there
    when it was opened: where that is not so any more, the desk refuses to write over it as it does for anybody.

    Signals:
        edited: Something of it is another.
    """

    edited = Signal()

    def __init__(self, desk: EditingDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._editor, self._hand = desk, desk.editor, desk.hand
        self._asking = Latest(desk.editor.session.client)
        editor, why = desk.editor, desk.right.bar.why
        for changed in (editor.draft_changed, editor.subject_changed, editor.tool_changed, desk.hand.changed):
            changed.connect(self.edited)
        why.textChanged.connect(self.edited)

    @property
    def typed(self) -> dict[str, str]:
        """As text by part; empty where nothing is in hand."""
        editor, corners = self._editor, self._hand.corners
        if editor.draft is None and editor.observed is None and not corners:
            return {}
        subject = editor.subject
        return {
            "tool": editor.tool,
            "blank": "yes" if subject is not None and subject.blank else "",
            "subject": "" if subject is None else json.dumps(asdict(subject.told), ensure_ascii=False),
            "draft": "" if editor.draft is None else json.dumps(asdict(editor.draft), ensure_ascii=False),
            "observed": "" if editor.observed is None else json.dumps(asdict(editor.observed), ensure_ascii=False),
            "corners": json.dumps(corners),
            "why": self._desk.right.bar.why.text(),
        }

    def let_go(self) -> None:
        """Forget it."""
        self._asking.drop()
        self._hand.drop()
        self._editor.discard()
        self._desk.right.bar.why.clear()

    def bring(self, typed: Mapping[str, str]) -> None:
        """Take it up again; the desk for editing is in front.

        Raises:
            ValueError, KeyError, TypeError: It is no such text.
        """
        tool = typed["tool"] if typed["tool"] in TOOLS else SELECT
        subject = _told(typed["subject"])
        draft, observed = _draft(typed["draft"]), _seen(typed["observed"])
        corners = [_xy(one) for one in json.loads(typed["corners"])]
        why, is_blank = typed["why"], bool(typed["blank"])
        editor = self._editor
        editor.set_tool(tool)
        if subject is not None and not is_blank:
            self._pick(subject)

        def take_up(found: FeatureTold | None) -> None:
            editor.take_up(found, None if draft is None or draft.do == "set" else draft)
            if found is not None and not found.blank:
                self._write({} if draft is None or draft.do != "set" else draft.fields, observed)
            self._hand.corners = corners
            self._hand.changed.emit()
            self._desk.right.bar.why.setText(why)

        def take(reply: Reply) -> None:
            if isinstance(reply, FeatureTold):
                assert subject is not None
                take_up(replace(reply, told=subject))
            else:
                # The feature is gone: who had it in hand is told so.
                editor.session.is_refusal(reply)

        if subject is None:
            take_up(None)
        else:
            self._asking.ask(AskFeature(subject.layer, "" if is_blank else subject.id), take)

    def _pick(self, subject: Told) -> None:
        """What is in the form is what is picked on the map: else the next news would put the edit away."""
        city = self._editor.session.city
        if city is None or subject.layer not in FEATURES:
            return
        row = ids_of(city, subject.layer).find(subject.id)
        if row >= 0:
            self._editor.session.pick(Thing("valve" if subject.layer == "pump" else subject.layer, row))

    def _write(self, fields: Mapping[str, FieldValue], observed: ValveSeen | None) -> None:
        form = self._desk.right.form
        seen = {} if observed is None else {"current": observed.position, "condition": observed.condition}
        for name, value in {**fields, **{name: value for name, value in seen.items() if value}}.items():
            if name in form.rows:
                form.write(name, value)


def _xy(told: Any) -> XY:
    x_m, y_m = told
    return float(x_m), float(y_m)


def _told(text: str) -> Told | None:
    if not text:
        return None
    told: dict[str, Any] = json.loads(text)
    return Told(**{**told, "xy_m": tuple(_xy(one) for one in told["xy_m"])})


def _draft(text: str) -> EditDraft | None:
    if not text:
        return None
    told: dict[str, Any] = json.loads(text)
    return EditDraft(**{**told, "xy_m": tuple(_xy(one) for one in told["xy_m"])})


def _seen(text: str) -> ValveSeen | None:
    return ValveSeen(**json.loads(text)) if text else None
