"""Plans of incidents as the journal keeps them: attached, or made in the field."""

from __future__ import annotations

from app.dispatch.field_plan import PlanRecord, plan_in_force
from app.dispatch.incidents import Incident
from app.journal.events import EventKey
from app.journal.log import Journal


def plan_body(journal: Journal, key: EventKey) -> PlanRecord | None:
    """The body of an event ``plan.made``; None where it is not here."""
    event = journal.event(key)
    return None if event is None else event.facts


def plan_of_incident(journal: Journal, incident: Incident) -> tuple[EventKey, PlanRecord] | None:
    """What the work at *incident* goes by, whether attached or made in the field."""
    return plan_in_force(incident, lambda key: plan_body(journal, key))
