"""What the trade-off says in words: what a plan risks, and how it compares with its neighbours. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.messages import Words, formats
from app.plan_requests import CostOf, PlanChecked, PlansWeighed
from app.ui.planning.study import Choice
from network.assets import Condition

PUBLIC_NOTICE_HOUSEHOLDS = 1_000
"""From so many households on, a planned outage is announced in the media 48 h before (clause P2, house value)."""
MOST_NAMES = 2
"""Critical customers that a comparison names; more are counted."""


@dataclass(frozen=True)
class Risk:
    """Why a plan may fail: icon, colour token and words."""

    icon: str
    tone: str
    text: str


def needs_notice(choice: Choice) -> bool:
    """Whether a planned outage of that size is to be announced in the media."""
    return choice.option.impact.households >= PUBLIC_NOTICE_HOUSEHOLDS


def notice_line(choices: Sequence[Choice]) -> float | None:
    """Customers out between the plans that need a media notice and those that do not; None where none lies between.

    A customer may stand for many households, so the line need not lie at a round number.
    """
    above = [choice.out for choice in choices if needs_notice(choice)]
    below = [choice.out for choice in choices if not needs_notice(choice)]
    if not above or not below or max(below) >= min(above):
        return None
    if all(choice.option.impact.households == choice.out for choice in choices):
        return float(PUBLIC_NOTICE_HOUSEHOLDS)
    return (min(above) + max(below)) / 2


class FrontWords(QObject):
    """Sentences about plans in the language whose translator is installed."""

    def risk(self, choice: Choice) -> Risk:
        """The worst that a plan relies on."""
        facts = choice.facts
        if facts.assumed:
            return Risk("warning", "amber_text", self.tr("{count} assumed").format(count=len(facts.assumed)))
        unknown = sum(1 for row in choice.close if facts.states.condition[row] == Condition.UNKNOWN)
        if unknown:
            return Risk("valve_unknown", "amber_text", self.tr("{count} unknown").format(count=unknown))
        return Risk("tick", "t2", self.tr("low"))

    def compared(self, choice: Choice, other: Choice, words: Words) -> str:
        """How *choice* differs from *other*: valves, time, customers, critical customers spared or hit."""
        figures = (
            (len(choice.close) - len(other.close), self.tr("close {count} more"), self.tr("close {count} fewer")),
            (
                round(choice.option.minutes) - round(other.option.minutes),
                self.tr("{count} min longer"),
                self.tr("{count} min shorter"),
            ),
            (
                choice.out - other.out,
                self.tr("{count} more {count|customer|customers} out"),
                self.tr("{count} fewer {count|customer|customers} out"),
            ),
        )
        said = [
            formats.filled(more if by > 0 else fewer, count=formats.number(abs(by)))
            for by, more, fewer in figures
            if by
        ]
        said += self._critical(choice, other, words)
        return words.say("join", "clauses").join(said or [self.tr("the same figures with other valves")])

    def _critical(self, choice: Choice, other: Choice, words: Words) -> list[str]:
        ours, theirs = (frozenset(each.option.impact.critical.tolist()) for each in (choice, other))
        told = ((theirs - ours, self.tr("spares {names}")), (ours - theirs, self.tr("hits {names}")))
        return [text.format(names=self._names(choice, rows, words)) for rows, text in told if rows]

    def _names(self, choice: Choice, rows: frozenset[int], words: Words) -> str:
        customers = choice.facts.city.customers
        named = sorted(customers.name[row] or customers.ids[row] for row in rows)
        listed = words.say("join", "names").join(named[:MOST_NAMES])
        more = len(named) - MOST_NAMES
        return self.tr("{names} and {count} more").format(names=listed, count=more) if more > 0 else listed

    def certainty(self, weighed: PlansWeighed) -> str:
        """How far the list is proven."""
        if not weighed.complete:
            return self.tr("Dashed points are not proven: another plan may beat them.")
        if not weighed.sure:
            return self.tr("Exact for the neighbourhood; a plan far away may need fewer valves.")
        return self.tr("Exact: no other set of valves beats a plan on the line.")

    def ways(self, weighed: PlansWeighed, words: Words) -> str:
        """From where ways to the valves count, and what they rest on; "" where there is nothing to weigh."""
        if not weighed.options:
            return ""
        if weighed.crew:
            from_where = self.tr("Ways count from crew {crew}, the nearest that can set out.").format(crew=weighed.crew)
        elif weighed.by is CostOf.MINUTES:
            from_where = self.tr("No crew's place is known: ways count from the middle of the valves.")
        else:
            from_where = words.say("travel", "starts_unknown")
        return words.say("join", "sentences").join((from_where, words.say("travel", weighed.ways)))

    def notice(self, choices: Sequence[Choice], words: Words) -> str:
        """Which plans reach the size from which the media are told; "" where none does."""
        reached = [choice.letter for choice in choices if needs_notice(choice)]
        if not reached:
            return ""
        if len(reached) == len(choices):
            said = self.tr("All reach {limit} households: if planned, media notice 48 h before (P2, house value).")
        else:
            said = self.tr(
                "{letters} {count|reaches|reach} {limit} households: "
                "if planned, media notice 48 h before (P2, house value)."
            )
        limit = formats.number(PUBLIC_NOTICE_HOUSEHOLDS)
        return formats.filled(said, letters=words.say("join", "names").join(reached), limit=limit, count=len(reached))

    def pressures(self, told: Mapping[str, PlanChecked], words: Words) -> list[str]:
        """What EPANET had to say of plans, by their letters: why one has no pressures, and its warnings."""
        said: dict[str, list[str]] = {}
        for letter, found in told.items():
            lines = [words.say("hydraulic_warning", code) for code in found.warnings]
            for line in [words.refusal(found.failed, found.detail)] if found.failed else lines:
                said.setdefault(line, []).append(letter)
        names = words.say("join", "names")
        return [self.tr("{letters}: {said}").format(letters=names.join(each), said=line) for line, each in said.items()]

    def figures(self, choice: Choice) -> str:
        """A plan in one line, for the pointer."""
        option = choice.option
        parts = (
            formats.filled(self.tr("{count} {count|valve|valves}"), count=len(choice.close)),
            formats.filled(self.tr("{count} {count|customer|customers} out"), count=formats.number(choice.out)),
            f"{formats.area(option.impact.area_km2)} km²",
            self.tr("{count} min").format(count=formats.number(option.minutes)),
        )
        return " · ".join(parts)

    def chance(self, choice: Choice) -> str:
        """How likely all its valves close, and what that rests on."""
        return self.tr("{letter}: {percent} % that all its valves close at the first attempt").format(
            letter=choice.letter, percent=round(choice.option.chance * 100)
        )
