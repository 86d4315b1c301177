"""The plan that a crew went over to, written down: by the console that said something at the valves."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.dispatch.acts import No, Outcome, TellFieldPlan
from app.dispatch.field_plan import rivals, same_work
from app.journal.events import milliseconds
from app.operations.dispatch import DispatchDesk, carry_out, with_incident
from app.operations.dispatch_scene import Scene
from app.operations.edit import Author
from app.operations.field_work import FieldWork, field_work
from app.operations.plan_bodies import plan_body, plan_of_incident
from gis.roads import RoadNetwork
from network.supply import SupplyModel


def is_untold(scene: Scene, work: FieldWork) -> bool:
    """Whether this console is to write down the plan that *work* goes by: the journal tells another one.

    Only who said something at the valves does; whoever looks on writes nothing. While people contradict each other
    about the plan nothing is written: it would look as if somebody had settled it.
    """
    incident, journal = scene.board.incidents[work.task.entity], scene.workspace.journal
    if work.planned is None or work.task.last is None or not work.task.is_open:
        return False
    if rivals(incident, partial(plan_body, journal)):
        return False
    told = plan_of_incident(journal, incident)
    return told is None or not same_work(work.lists, told[1])


def tell_plan(
    desk: DispatchDesk, model: SupplyModel, number: str, author: Author, now: datetime, roads: RoadNetwork | None = None
) -> tuple[DispatchDesk, Outcome | None]:
    """Write down the plan that the work at the incident called *number* goes by, where another one is told.

    Args:
        desk: Caught up.
        model: Under its present states.
        number: Number or entity.
        author: Who said something at the valves.
        now: The moment of writing.
        roads: As for :func:`~app.operations.field_work.field_work`.

    Returns:
        The desk, and what became of it; None where nothing is to be told.
    """
    desk = with_incident(desk, number)
    scene = Scene(desk.workspace, desk.board, milliseconds(now))
    work = field_work(scene, model, number, roads)
    if isinstance(work, No):
        return desk, work
    record = work.record
    if record is None or not is_untold(scene, work):
        return desk, None
    return carry_out(desk, TellFieldPlan(work.task.entity, record), author, now)
