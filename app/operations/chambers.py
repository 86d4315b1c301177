"""Who may enter a valve's chamber: asking for a permit, and what is refused without one."""

from __future__ import annotations

from typing import Any

from app.dispatch.acts import AskPermit, No
from app.dispatch.entries import EntryKind, draft
from app.dispatch.permits import READINGS, ChamberState, breaches_of, chamber_state, is_fresh, latest
from app.operations.dispatch_scene import Drafted, Scene, in_open_incident, texts_of


@in_open_incident
def ask_permit(scene: Scene, act: AskPermit, entity: str, at_ms: int) -> Drafted | No:
    """What was measured, written down as given or as refused; an incomplete or old form is not written at all."""
    wrong = _incomplete(scene, act, at_ms)
    if wrong is not None:
        return wrong
    refused = breaches_of(act.reading, ventilated=act.ventilated)
    body: dict[str, Any] = {
        "valve": act.valve,
        **{name: getattr(act.reading, name) for name in READINGS},
        "read_ms": act.reading.read_ms,
        "instrument": act.instrument.strip(),
        "ventilated": act.ventilated,
        "continuous": act.continuous,
        "refused": list(refused),
    }
    texts = texts_of(enters=act.enters, stands_by=act.stands_by, note=act.note)
    return Drafted(entity, (draft(EntryKind.PERMIT, entity, body, at_ms, texts),), refused)


def _incomplete(scene: Scene, act: AskPermit, at_ms: int) -> No | None:
    if scene.workspace.city.network.devices.ids.find(act.valve) < 0:
        return No("no_such_valve", {"valve": act.valve})
    if act.reading.impossible:
        return No("no_such_gas", {"value": getattr(act.reading, act.reading.impossible)})
    said = {"instrument": act.instrument, "enters": act.enters, "stands_by": act.stands_by}
    for name, text in said.items():
        if not text.strip():
            return No(f"permit_without_{name}", {})
    if act.enters.strip().casefold() == act.stands_by.strip().casefold():
        return No("permit_alone", {})
    if not is_fresh(act.reading, at_ms):
        return No("reading_old", {})
    return None


def barred_inside(scene: Scene, entity: str, valve: str, at_ms: int, *, inside: bool) -> No | None:
    """Why nobody may do anything in the chamber of *valve* at *at_ms*; None where somebody may, or is above.

    What is entered late is judged by what had been measured then: neither does air that was bad later bar it, nor does
    air that was good later excuse it.
    """
    if not inside:
        return None
    state = chamber_state(latest(scene.board.incidents[entity].permits, valve, at_ms), at_ms)
    return None if state is ChamberState.GIVEN else No(f"permit_{state}", {"valve": valve})
