"""What stands in half-filled forms, as text: kept while the console runs, put back after one that died.

Names and numbers of callers are among it: who writes it down keeps it where its user alone may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from PySide6.QtCore import SignalInstance

from app.ui.dispatch.intake import ReportDraft
from app.ui.dispatch.prompt import Prompt
from app.ui.editing.unwritten import Unwritten
from app.ui.window import MainWindow

Typed = Mapping[str, str]
"""What stands in a form, by names of its own; empty where nobody has typed anything."""

REPORT, OUTAGE, CALL, PERMIT, EDIT = "report", "outage", "call", "permit", "edit"
HYDRANT = "hydrant"
QUESTION = "question"
"""Begins the codes of what is asked in one line at the foot of a desk."""


@dataclass(frozen=True, eq=False)
class Draft:
    """One form.

    Attributes:
        edited: Somebody may have typed.
        told: What stands in it; empty where nothing that was typed does.
        bring: Puts it back into the form. Raises ValueError and KeyError where that is no such text.
        let_go: Forgets it.
    """

    code: str
    edited: tuple[SignalInstance, ...]
    told: Callable[[], Typed]
    bring: Callable[[Typed], None]
    let_go: Callable[[], object]


def drafts_of(window: MainWindow) -> tuple[Draft, ...]:
    """Every form of *window* that takes its time to be filled in."""
    dispatch, outages, calls, field = window.dispatch, window.outages, window.hotline, window.field
    drawn = window.live.left.hydrant
    unwritten = Unwritten(window.editing, window)

    def report() -> Typed:
        return {} if dispatch.draft is None else asdict(dispatch.draft)

    def bring_report(typed: Typed) -> None:
        dispatch.report_from(ReportDraft(**{name: typed[name] for name in ReportDraft.__dataclass_fields__}))

    intake = (dispatch.intake.edited, dispatch.right.currentChanged)
    planned = (outages.form.edited, outages.right.currentChanged)
    taken = (calls.form.edited, calls.right.currentChanged)
    asked = (field.permit.edited, field.left.currentChanged)
    return (
        Draft(REPORT, intake, report, bring_report, dispatch.leave_intake),
        Draft(OUTAGE, planned, lambda: outages.typed, outages.bring, outages.leave_form),
        Draft(CALL, taken, lambda: calls.typed, calls.bring, calls.leave_form),
        Draft(PERMIT, asked, lambda: field.typed, field.bring, field.forget_permit),
        Draft(HYDRANT, (drawn.edited,), lambda: drawn.typed, drawn.bring, drawn.leave),
        Draft(EDIT, (unwritten.edited,), lambda: unwritten.typed, unwritten.bring, unwritten.let_go),
        _question("dispatch", dispatch.side.prompt),
        _question("outages", outages.side.prompt),
        _question("hotline", calls.side.prompt),
    )


def _question(desk: str, prompt: Prompt) -> Draft:
    """What is asked in one line: it is asked again by whoever goes on, and what was typed stands there then."""
    return Draft(f"{QUESTION}/{desk}", (prompt.edited,), lambda: prompt.typed, prompt.bring, prompt.forget)
