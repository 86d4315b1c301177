"""Cases for tests of clocks: facts by local time, without a journal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.dispatch.clocks import Case, Clock, clocks_of
from app.dispatch.facts import Fact, FactKind, Value
from app.dispatch.rule_pack import standard_pack
from app.dispatch.rules import RulePack, Subject
from app.dispatch.workdays import Calendar
from app.journal.events import EventKey, milliseconds

ZONE = ZoneInfo("Asia/Shanghai")
PACK = standard_pack()


def at(text: str) -> int:
    """UTC milliseconds of a local time such as ``2026-03-12 14:32`` or with seconds."""
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def local(at_ms: int | None) -> str:
    """The local time of an instant, to the second."""
    assert at_ms is not None
    return datetime.fromtimestamp(at_ms / 1000, ZONE).strftime("%Y-%m-%d %H:%M:%S")


class Story:
    """Facts told one after another."""

    def __init__(self, subject: Subject = Subject.INCIDENT, **recorded: Value) -> None:
        self.subject, self.recorded = subject, recorded
        self.facts: list[Fact] = []

    def tell(self, kind: FactKind | str, when: str, dev: str = "desk", **values: Value) -> EventKey:
        key = (dev, len(self.facts) + 1)
        self.facts.append(Fact(key, FactKind(kind), at(when), f"{len(self.facts):03d}", values))
        return key

    def correct(self, key: EventKey, when: str, *, void: bool = False, said_at: str = "") -> EventKey:
        wrong = next(fact for fact in self.facts if fact.key == key)
        mine = ("desk", len(self.facts) + 1)
        self.facts.append(Fact(mine, wrong.kind, at(when), said_at or f"{len(self.facts):03d}", {}, key, void))
        return mine

    @property
    def case(self) -> Case:
        return Case("incident/W1", self.subject, self.recorded, tuple(self.facts))

    def clocks(self, days: Calendar | None = None, pack: RulePack = PACK) -> dict[str, Clock]:
        return {clock.rule.id: clock for clock in clocks_of(self.case, pack, days or Calendar())}
