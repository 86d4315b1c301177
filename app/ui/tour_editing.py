"""Pictures of the desk for editing: a valve before it is put in, and the faults of a drawing. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.edit_requests import EditDraft, EditPreviewed
from app.messages.describe import Thing
from app.ui.desks import EDIT, PLAN
from app.ui.editing.editor import SELECT, VALVE
from app.ui.editing.side import DOCTOR
from app.ui.tour_guide import Guide
from gis.scene.plan_picture import place_of
from network.answers import PipeTarget

_NEAR_M_PER_PX = 0.8


def editing_states(tour: Guide, thing: Thing) -> Iterator[Path]:
    """A valve drawn into the middle of the pipe *thing*: what becomes of its segment."""
    window, session = tour.window, tour.session
    session.clear_plan()
    session.pick(None)
    window.desks.show(EDIT)
    tour.idle()
    for language, theme in (("zh_CN", "dark"), ("en", "light")):
        window.set_language(language)
        window.set_theme(theme)
        content, city, editor = window.map.canvas.content, session.city, window.editing.editor
        assert content is not None
        assert city is not None
        at_m = place_of(city, content.pipes, PipeTarget(thing.row))
        assert at_m is not None
        editor.set_tool(VALVE)
        tour.idle()
        editor.place(EditDraft("put_valve", "valve", "", (at_m,), {}, city.network.pipes.ids[thing.row]))
        tour.wait(lambda: isinstance(window.editing.editor.preview, EditPreviewed))
        window.map.canvas.zoom_to_point(*at_m, _NEAR_M_PER_PX)
        yield tour.picture(f"edit-valve-{theme}-{language}")
        editor.set_tool(SELECT)
    tour.idle()
    window.desks.show(PLAN)


def topology_state(tour: Guide, name: str) -> Iterator[Path]:
    """The faults of the drawing as work, the mend of one of them shown on the map."""
    window, mender = tour.window, tour.window.editing.mender
    window.desks.show(EDIT)
    window.editing.left.show_page(DOCTOR)
    tour.idle()
    mender.look()
    tour.wait(lambda: not mender.running)
    tour.idle()
    work = next((one for one in mender.work if one.mend is not None), None)
    if work is not None:
        panel = window.editing.left.doctor
        panel.table.select(work)
        panel.table.chosen.emit(work)
        tour.wait(lambda: mender.preview is not None)
        yield tour.picture(name)
        mender.show_on_map(None)
    window.desks.show(PLAN)
