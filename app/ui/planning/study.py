"""What is found out about a plan once it stands on screen: one question after the other, none of them asked for.

The worker answers in order. Only one question is under way at a time, so that the next plan waits for one of them at
most; an answer about a plan that is not shown any more is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from PySide6.QtCore import QObject, Signal

from app.plan_requests import (
    BackPlan,
    CheckResupply,
    CostOf,
    FindResupply,
    Option,
    OrderPlan,
    PlanBacked,
    PlanOrdered,
    PlanRequest,
    PlansWeighed,
    ResupplyChecked,
    ResupplyFound,
    Subject,
    ToldStep,
    Verdict,
    WeighPlans,
)
from app.requests import Failed, PlanMade, Reply
from app.ui.asking import Latest
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from network.alternatives.records import Fallback
from network.assets import Condition
from network.resupply_records import Resupply

LONG_S = 0.3
"""What takes longer can be stopped."""


@dataclass(frozen=True, eq=False)
class Choice:
    """One plan to choose.

    Attributes:
        letter: What it is called on screen: A is the cheapest.
        option: The worker's answer.
        facts: The same as the panels tell it.
        offered: Why it is listed though another is cheaper with as few customers: ``tight`` for the smallest region,
            ``surest`` for its chance to work; "" for one that nothing beats.
    """

    letter: str
    option: Option
    facts: PlanFacts
    offered: str = ""

    @property
    def beaten(self) -> bool:
        """Whether another one is cheaper with as few customers."""
        return bool(self.offered)

    @property
    def close(self) -> tuple[int, ...]:
        """Valves to close, device rows by id."""
        return self.option.plan.close

    @property
    def out(self) -> int:
        """Customers out."""
        return len(self.option.impact.out)

    @cached_property
    def unintended(self) -> int:
        """Customers out only because another part is shut."""
        return self.facts.unintended_customers


def letter_of(number: int) -> str:
    """A, B … Z, AA, AB …, counted from 0.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Study(QObject):
    """Answers about the plan on screen, as far as they are there.

    Attributes:
        by: What a planner spares.
        weighed: The plans to choose from; None until they are there.
        stopped: True where somebody stopped the weighing, or it failed.
        choices: The same with their letters.
        backed: Fallbacks and certificate of the plan shown.
        ordered: The order of closing it.
        resupply: What can be brought back meanwhile.
        verdicts: What hydraulics say of each of its options; None until they have been solved.
        crews: So many crews close valves.

    Signals:
        weighed_changed: The plans to choose from, or none yet.
        backed_changed: Fallbacks and certificate, or none yet.
        ordered_changed: The order of closing, or none yet.
        resupply_changed: What can be brought back, or nothing known yet.
    """

    weighed_changed = Signal()
    backed_changed = Signal()
    ordered_changed = Signal()
    resupply_changed = Signal()

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._now = session, now
        self.by = CostOf.VALVES
        self.weighed: PlansWeighed | None = None
        self.stopped = False
        self.choices: tuple[Choice, ...] = ()
        self.backed: PlanBacked | None = None
        self.ordered: PlanOrdered | None = None
        self.resupply: ResupplyFound | None = None
        self.verdicts: tuple[Verdict, ...] | None = None
        self._checking = Latest(session.client)
        self.crews = 1
        self._base: PlanFacts | None = None
        self._plan: PlanFacts | None = None
        self._open: list[Callable[[Subject], None]] = []
        self._under_way = False
        self._ticket, self._asked_s = 0, 0.0
        self._adopting: Fallback | None = None
        session.plan_changed.connect(self._follow)

    @property
    def busy(self) -> bool:
        """Whether something is being asked or about to be."""
        return self._under_way or bool(self._open)

    @property
    def chosen(self) -> Choice | None:
        """The choice that is on screen."""
        plan = self._session.plan
        if plan is None:
            return None
        return next((choice for choice in self.choices if choice.close == plan.plan.close), None)

    def stop(self) -> bool:
        """Esc: give up what has been asked for some time; False where nothing has."""
        if self._ticket and time.monotonic() - self._asked_s > LONG_S:
            self._open = []
            self._session.client.cancel(self._ticket)
            return True
        return False

    def weigh_by(self, by: CostOf) -> None:
        """Count valves, or a crew's minutes."""
        if by is not self.by:
            self.by = by
            self._open.insert(0, self._weigh)
            self._go_on()

    def send_crews(self, crews: int) -> None:
        """Have so many crews close valves."""
        if crews != self.crews:
            self.crews = crews
            self._open.append(self._order)
            self._go_on()

    @property
    def closing(self) -> tuple[int, ...]:
        """Valves in the order in which they are closed or seen to; by id until that is known."""
        if self.ordered is not None:
            return tuple(visit.device for visit in self.ordered.visits)
        return self._plan.plan.close if self._plan is not None else ()

    def choose(self, choice: Choice) -> None:
        """Show the plan of *choice* everywhere."""
        self._session.choose(choice.option.plan, choice.option.impact)

    def adopt(self, fallback: Fallback) -> None:
        """Take the valve of *fallback* as stuck, and show the plan without it."""
        self._adopting = fallback
        self._session.suppose(fallback.device, condition=Condition.INOPERABLE)

    # Asking

    def _follow(self) -> None:
        """Another plan is on screen, or none."""
        session = self._session
        if session.plan is self._plan:
            return
        anew = session.base is not self._base
        self._base, self._plan = session.base, session.plan
        # What is to be weighed does not hang on which of the plans is on screen.
        self._open = [] if anew or self._weigh not in self._open else [self._weigh]
        self._forget()
        if anew:
            self.stopped = False
            self._set_weighed(None)
            if session.base is not None:
                self._open.append(self._weigh)
                if self._show_adopted(session.base):
                    return
        if session.plan is not None:
            self._open += [self._back, self._order, self._find_resupply]
        self._go_on()

    def _show_adopted(self, base: PlanFacts) -> bool:
        """Show the plan that a stuck valve was adopted for, where it is not the tight one; True where that was done."""
        fallback, self._adopting = self._adopting, None
        if fallback is None or fallback.plan.target != base.plan.target or fallback.plan.close == base.plan.close:
            return False
        self._session.choose(fallback.plan, fallback.impact)
        return True

    @property
    def programme(self) -> tuple[ToldStep, ...]:
        """Every step of the plan on screen; none until they are there."""
        return () if self.ordered is None else self.ordered.steps

    def _forget(self) -> None:
        """Of the plan that was shown before."""
        self.backed = self.ordered = self.resupply = self.verdicts = None
        self._checking.give_up()
        for changed in (self.backed_changed, self.ordered_changed, self.resupply_changed):
            changed.emit()

    def _go_on(self) -> None:
        subject = self._session.subject
        if not self._under_way and self._open and subject is not None:
            self._under_way = True
            self._open.pop(0)(subject)

    def _answered(self, reply: Reply) -> bool:
        """Note that nothing is under way; True where *reply* is an answer."""
        self._under_way, self._ticket = False, 0
        if isinstance(reply, Failed):
            # What somebody stopped, or what the next plan has overtaken, is no fault to tell.
            if reply.code not in {"cancelled", "city_moved_on"}:
                self._session.refused.emit(reply)
            return False
        return True

    def _weigh(self, subject: Subject) -> None:
        base, by = self._base, self.by

        def take(reply: Reply) -> None:
            answered = self._answered(reply)
            if self._base is base and self.by is by:
                self.stopped = not answered
                self._set_weighed(reply if isinstance(reply, PlansWeighed) else None)
                self._prefer()
            self._go_on()

        self._ask(WeighPlans(subject.target, subject.overrides, by, self._now()), take)

    def _prefer(self) -> None:
        """What was chosen for this place before is chosen again, under other suppositions too."""
        preferred, plan = self._session.preferred, self._session.plan
        if preferred is None or plan is None or plan.plan.close == preferred:
            return
        found = next((choice for choice in self.choices if choice.close == preferred), None)
        if found is not None:
            self.choose(found)

    def _back(self, subject: Subject) -> None:
        self._ask_of_plan(BackPlan(subject), self._take_backed)

    def _order(self, subject: Subject) -> None:
        self._ask_of_plan(OrderPlan(subject, self.crews, self._now()), self._take_ordered)

    def _find_resupply(self, subject: Subject) -> None:
        self._ask_of_plan(FindResupply(subject), self._take_resupply)

    def _ask_of_plan(self, request: PlanRequest, done: Callable[[Reply], None]) -> None:
        """Ask about the plan on screen; *done* gets the answer if it is on screen still."""
        plan = self._plan

        def take(reply: Reply) -> None:
            if self._answered(reply) and self._plan is plan:
                done(reply)
            self._go_on()

        self._ask(request, take)

    def _ask(self, request: PlanRequest, take: Callable[[Reply], None]) -> None:
        self._asked_s = time.monotonic()
        self._ticket = self._session.client.ask(request, take)

    # Taking

    def _set_weighed(self, weighed: PlansWeighed | None) -> None:
        self.weighed = weighed
        self.choices = self._choices(weighed) if weighed is not None else ()
        self.weighed_changed.emit()

    def _choices(self, weighed: PlansWeighed) -> tuple[Choice, ...]:
        listed = [(option, "") for option in weighed.options]
        further = (("tight", weighed.tight), ("surest", weighed.surest))
        listed += [(option, offered) for offered, option in further if option is not None]
        return tuple(
            Choice(letter_of(at), option, self._facts(option), offered) for at, (option, offered) in enumerate(listed)
        )

    def _facts(self, option: Option) -> PlanFacts:
        base, city = self._base, self._session.city
        assert base is not None
        assert city is not None
        if option.plan.close == base.plan.close:
            return base
        return PlanFacts(PlanMade(option.plan, option.impact, base.made.elapsed_s), city, base.states)

    def _take_backed(self, reply: Reply) -> None:
        assert isinstance(reply, PlanBacked)
        self.backed = reply
        self.backed_changed.emit()

    def _take_ordered(self, reply: Reply) -> None:
        assert isinstance(reply, PlanOrdered)
        self.ordered = reply
        self.ordered_changed.emit()

    def _take_resupply(self, reply: Reply) -> None:
        assert isinstance(reply, ResupplyFound)
        self.resupply = reply
        if isinstance(reply.answer, Resupply):
            self._check_pressures()
        self.resupply_changed.emit()

    @property
    def checking(self) -> bool:
        """Whether pressures are being solved."""
        return self._checking.under_way

    def _check_pressures(self) -> None:
        """In a process of its own: EPANET takes seconds, and the next plan must not wait for it."""
        subject, workspace, now = self._session.subject, self._session.workspace, self._now()
        if subject is None or workspace is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, ResupplyChecked):
                self.verdicts = reply.verdicts
            self.resupply_changed.emit()

        hour = now.hour + now.minute / 60.0
        self._checking.ask(CheckResupply(workspace.folder, subject, now.year, hour), take)
