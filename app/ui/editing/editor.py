"""What is being edited: the feature in the form, the edit in hand, what it would do, and the steps back and forward."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.edit_requests import (
    AskFeature,
    EditDraft,
    EditMade,
    EditPreviewed,
    EditsListed,
    FeatureTold,
    FieldValue,
    FileProposal,
    ListEdits,
    MakeEdit,
    PreviewEdit,
    ProposalsListed,
    Told,
    UndoEdits,
    ValveSeen,
)
from app.messages.describe import Thing
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.session import Session
from gis.places import FEATURES, ids_of
from network.assets import DeviceKind

SELECT, MOVE, SPLIT, VALVE, PIPE, HYDRANT, CUSTOMER, SERVICE, JUNCTION, SOURCE, STATION = (
    "select", "move", "split", "valve", "pipe", "hydrant", "customer", "service", "junction", "source", "station",
)  # fmt: skip
TOOLS = (SELECT, MOVE, SPLIT, VALVE, PIPE, JUNCTION, HYDRANT, CUSTOMER, SERVICE, STATION, SOURCE)
"""What the pointer does, in the order of the bar."""

DRAWN = {
    VALVE: "valve", PIPE: "pipe", HYDRANT: "hydrant", CUSTOMER: "customer", SERVICE: "service",
    JUNCTION: "junction", SOURCE: "source", STATION: "station",
}  # fmt: skip
"""Layer of what each drawing tool adds."""

_PREVIEW_MS = 200
_USUAL: dict[str, dict[str, FieldValue]] = {"valve": {"kind": "isolation"}}
_OBSERVED = {"current": "position", "condition": "condition"}


class Editor(QObject):
    """One edit at a time, from the first click to the journal.

    Attributes:
        active: Whether the desk for editing is in front: clicks on the map edit.
        tool: One of :data:`TOOLS`.
        subject: The feature in the form, or the blank one that a drawing tool will add; None without one.
        draft: The edit in hand; None while nothing would change.
        observed: What the form says was seen of the valve in it; None where it says nothing.
        preview: What the draft would do, or why it cannot be made; None until that is known.
        listed: The latest edits.

    Signals:
        active_changed, tool_changed: As they say.
        subject_changed: Another feature is in the form, or none.
        draft_changed: The edit in hand is another, or gone.
        preview_changed: What it would do is known, or not any more.
        history_changed: Edits came or were taken back.
        proposals_filed: A proposal was put on the list: ProposalsListed.
        said: A sentence for the status bar: a code of the section ``told`` and its parameters.
    """

    active_changed = Signal()
    tool_changed = Signal()
    subject_changed = Signal()
    draft_changed = Signal()
    preview_changed = Signal()
    history_changed = Signal()
    proposals_filed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.active = False
        self.tool = SELECT
        self.subject: FeatureTold | None = None
        self.draft: EditDraft | None = None
        self.observed: ValveSeen | None = None
        self.preview: EditPreviewed | Failed | None = None
        self.listed = EditsListed(())
        self._refused: Failed | None = None
        self._asking, self._previewing = Latest(session.client), Latest(session.client)
        self._settle = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._settle.timeout.connect(self._ask_preview)
        session.selection_changed.connect(self._follow_selection)
        session.city_changed.connect(self._city_changed)
        session.workspace_changed.connect(self._forget)

    # Beginning and leaving

    def set_active(self, active: bool) -> None:
        """The desk for editing is in front, or not."""
        if active == self.active:
            return
        self.active = active
        if active and self.session.workspace is not None:
            self.session.catch_up()
            self.refresh()
            self._follow_selection()
        elif not active:
            self.set_tool(SELECT)
            self.discard()
        self.active_changed.emit()

    def set_tool(self, tool: str) -> None:
        """Take another tool; what is in hand is put away."""
        self.discard()
        self.tool = tool
        self.tool_changed.emit()
        if tool in DRAWN:
            self._ask(AskFeature(DRAWN[tool]))
        else:
            self._follow_selection()

    def step_back(self) -> bool:
        """Esc: put the edit in hand away, then the tool; False where there is neither."""
        if not self.active:
            return False
        if self.draft is not None or self.observed is not None:
            self.discard()
        elif self.tool != SELECT:
            self.set_tool(SELECT)
        else:
            return False
        return True

    @property
    def _in_hand(self) -> bool:
        return self.draft is not None or self.observed is not None

    @property
    def _named(self) -> tuple[str, str] | None:
        return None if self.subject is None else (self.subject.told.layer, self.subject.told.id)

    def discard(self) -> None:
        """Put the edit in hand away; the form shows the feature as it stands."""
        had = self._in_hand
        self.draft, self.observed = None, None
        self._set_preview(None)
        self.draft_changed.emit()
        if had:
            self.subject_changed.emit()

    def _begin_afresh(self) -> None:
        """Nothing is in hand; why the last edit was refused stands until the next one is."""
        self.discard()
        if self._refused is not None:
            self._set_preview(self._refused)
            self._refused = None

    def _forget(self) -> None:
        self.subject, self.listed = None, EditsListed(())
        self.discard()
        self.subject_changed.emit()
        self.history_changed.emit()
        if self.active:
            self.refresh()

    def _city_changed(self) -> None:
        self.refresh()
        if self.tool in DRAWN and self.draft is None:
            self._ask(AskFeature(DRAWN[self.tool]))

    # The feature in the form

    def _follow_selection(self) -> None:
        """What is picked on the map stands in the form."""
        if not self.active or self.tool in DRAWN:
            return
        named = self.name_of(self.session.selection)
        if self._in_hand and self._refused is None and named == self._named:
            # Somebody else's edit was taken in: what is in hand here stays.
            return
        if named is None:
            self.subject = None
            self._begin_afresh()
            self.subject_changed.emit()
        else:
            self._ask(AskFeature(*named))

    def name_of(self, thing: Thing | None) -> tuple[str, str] | None:
        """Layer and id of *thing*; None for what is no feature."""
        city = self.session.city
        if thing is None or city is None or thing.row < 0 or thing.kind not in FEATURES:
            return None
        pump = thing.kind == "valve" and city.network.devices.kind[thing.row] == DeviceKind.PUMP
        return ("pump" if pump else thing.kind), ids_of(city, thing.kind)[thing.row]

    def _ask(self, request: AskFeature) -> None:
        def take(reply: Reply) -> None:
            if isinstance(reply, FeatureTold):
                # What a plan closes is an isolation valve: that is what is put in unless the form says otherwise.
                usual = _USUAL.get(reply.told.layer, {}) if reply.blank else {}
                self.subject = replace(reply, told=replace(reply.told, fields={**usual, **reply.told.fields}))
                self._begin_afresh()
            else:
                self.subject = None
                self.session.is_refusal(reply)
            self.subject_changed.emit()

        self._asking.ask(request, take)

    def take_up(self, subject: FeatureTold | None, draft: EditDraft | None) -> None:
        """Go on with what somebody had in hand: *subject* in the form as it was, and *draft* where it was drawn."""
        self._asking.drop()
        self.subject = subject
        self._begin_afresh()
        self.subject_changed.emit()
        if draft is not None:
            self._take(draft)

    # The edit in hand

    def write_fields(self, fields: dict[str, FieldValue]) -> None:
        """The form says *fields* of the feature in it: those that differ from what is recorded are the edit."""
        subject = self.subject
        if subject is None:
            return
        seen = {name: value for name, value in fields.items() if not subject.blank and _is_observed(subject, name)}
        self.observed = _seen_of(subject, seen)
        plain = {name: value for name, value in fields.items() if name not in seen}
        if subject.blank:
            self.subject = replace(subject, told=replace(subject.told, fields=plain))
            if self.draft is not None:
                self._take(replace(self.draft, fields=plain))
            return
        told = subject.told
        changed = {name: value for name, value in plain.items() if value != told.fields.get(name)}
        self._take(EditDraft("set", told.layer, told.id, fields=changed) if changed else None)

    def name_blank(self, name: str) -> None:
        """The new feature is to be called *name*."""
        if self.subject is not None and self.subject.blank:
            self.subject = replace(self.subject, told=replace(self.subject.told, id=name))
            if self.draft is not None and self.draft.do != "split":
                self._take(replace(self.draft, id=name))

    def place(self, draft: EditDraft) -> None:
        """Take *draft*, which a tool has drawn; a new feature takes name and fields from the form."""
        subject = self.subject
        if subject is not None and subject.blank and draft.layer == subject.told.layer and not draft.id:
            fields = {**draft.fields, **subject.told.fields}
            draft = replace(draft, id=subject.told.id, fields=fields)
        self._take(draft)

    def delete(self) -> None:
        """Have the feature in the form deleted."""
        if self.subject is not None and not self.subject.blank:
            self._take(EditDraft("delete", self.subject.told.layer, self.subject.told.id))

    def _take(self, draft: EditDraft | None) -> None:
        self.draft = draft
        self._set_preview(None)
        self.draft_changed.emit()
        if draft is not None:
            self._settle.start()

    def _ask_preview(self) -> None:
        draft = self.draft
        if draft is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, EditPreviewed | Failed):
                self._set_preview(reply)

        self._previewing.ask(PreviewEdit(draft), take)

    def _set_preview(self, preview: EditPreviewed | Failed | None) -> None:
        self._settle.stop()
        self._previewing.drop()
        self.preview = preview
        self.preview_changed.emit()

    @property
    def ready(self) -> bool:
        """Whether there is something to be written that can be made, as far as is known."""
        return (self.draft is not None and isinstance(self.preview, EditPreviewed)) or (
            self.draft is None and self.observed is not None
        )

    # Writing

    def commit(self, why: str) -> None:
        """Write the edit in hand into the journal."""
        if not self.ready:
            return
        self.session.client.ask(MakeEdit(self.draft, why, self._seen(), self.observed), self._made)

    def _seen(self) -> tuple[Told, ...]:
        """The features as the operator sees them: nothing that is not so any more is written over."""
        subject, shown = self.subject, self.preview
        before = shown.before if isinstance(shown, EditPreviewed) else ()
        if subject is None or subject.blank or self.draft is None or self.draft.do != "set":
            return before
        # The form was filled in by what stood there when it was opened, not when the preview was made.
        fields = {name: value for name, value in subject.told.fields.items() if not _is_observed(subject, name)}
        recorded = next((one for one in before if one.id == subject.told.id), subject.told)
        observed = {name: value for name, value in recorded.fields.items() if _is_observed(subject, name)}
        return (replace(subject.told, fields={**fields, **observed}),)

    def _made(self, reply: Reply) -> None:
        if isinstance(reply, Failed):
            self._set_preview(reply)
            if reply.code in {"edit_changed_meanwhile", "edit_gone_meanwhile"}:
                self._refused = reply
                self.session.catch_up()
                # Where all is taken in already the form itself is old.
                self._follow_selection()
            elif reply.code != "cancelled":
                self.refresh()
            return
        assert isinstance(reply, EditMade)
        before, after = reply.segments
        self.session.told.emit("edit_made", {"before": before, "after": after})
        self._after(reply)

    def _after(self, reply: EditMade) -> None:
        self.discard()
        if reply.renewed is not None:
            self.session.renew(reply.renewed)
        else:
            self.session.note_events(reply.events)
            self.refresh()
            self._follow_selection()

    def propose(self, why: str) -> None:
        """Put the edit in hand on the list of proposals instead."""
        if not self.ready:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Failed):
                self._set_preview(reply)
                return
            assert isinstance(reply, ProposalsListed)
            self.session.note_events(reply.events)
            self.session.told.emit("proposal_filed", {"proposal": reply.filed})
            self.discard()
            self.proposals_filed.emit(reply)

        self.session.client.ask(FileProposal(self.draft, why, self.observed), take)

    # Steps back and forward

    def refresh(self) -> None:
        """Ask for the latest edits."""
        if self.session.workspace is not None:
            self.session.client.ask(ListEdits(), self.session.expecting(EditsListed, self._take_edits))

    def _take_edits(self, listed: EditsListed) -> None:
        self.listed = listed
        self.history_changed.emit()

    def undo(self) -> None:
        """Take back this operator's latest edit."""
        self.take_back((self.listed.undo,) if self.listed.undo else ())

    def redo(self) -> None:
        """Make once more what was taken back last."""
        self.take_back((self.listed.redo,) if self.listed.redo else (), again=True)

    def take_back(self, edits: tuple[str, ...], *, again: bool = False) -> None:
        """Take *edits* back, in this order; *again* where these are undoings, so that edits are made once more."""
        if not edits:
            return

        def take(reply: Reply) -> None:
            if self.session.is_refusal(reply):
                self.session.catch_up()
                self.refresh()
                return
            assert isinstance(reply, EditMade)
            if again:
                self.session.told.emit("edit_redone", {"count": len(edits)})
            else:
                self.session.told.emit("edit_undone", {"count": len(edits)})
            self._after(reply)

        self.session.client.ask(UndoEdits(edits), take)


def _is_observed(subject: FeatureTold, name: str) -> bool:
    return any(view.name == name and view.observed for view in subject.form)


def _seen_of(subject: FeatureTold, seen: dict[str, FieldValue]) -> ValveSeen | None:
    changed = {
        _OBSERVED[name]: str(value)
        for name, value in seen.items()
        if value is not None and value != subject.told.fields.get(name)
    }
    return ValveSeen(subject.told.id, **changed) if changed else None
