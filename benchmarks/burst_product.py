"""What the product's watch tells of a simulated year, and the zones that it shows, by its own code alone.

Pressures, flow balance and night flow tell independently of each other. At which looks one of them tells something is
found first, each for itself; there the product's look is asked with what has come by then, so that each burst has
its evidence from all, what stood before is taken off, and what another way has told before is no row of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from burst_batches import Batches, told_in_batches

from app.operations.burst_evidence import places_of
from app.operations.burst_looking import Read, is_told_before, told_by_all
from app.telemetry.bursts.flows import FlowRule, FlowStanding, nights_of
from app.telemetry.bursts.learned import Candidates, Learned
from app.telemetry.bursts.night_flow import DAY_MS, NIGHT_MS, TICK_MS
from app.telemetry.bursts.places import Signatures
from app.telemetry.bursts.proposals import Proposal, WatchState
from app.telemetry.bursts.watch import LATE_MS, Rule, Standing, watch


@dataclass(frozen=True)
class Readings:
    """What is measured of a year, and when it comes.

    Attributes:
        at_ms: Ticks of the pressures; head_m: shape (ticks, loggers).
        flow_ms: Ticks of the inflow; inflow_m3_h: shape (flow ticks, areas).
        heads_come, flows_come: When each is there.
    """

    at_ms: np.ndarray
    head_m: np.ndarray
    flow_ms: np.ndarray
    inflow_m3_h: np.ndarray
    heads_come: Batches
    flows_come: Batches

    @property
    def tick_ms(self) -> int:
        """Length of a tick of the pressures."""
        return int(self.at_ms[1] - self.at_ms[0])

    def there(self, state: WatchState, moment_ms: int, with_flows: bool) -> Read:
        """What a look at *moment_ms* goes by: everything since the last burst that has come by then."""
        first = int(np.searchsorted(self.at_ms, state.standing.told_ms))
        look = int(np.searchsorted(self.at_ms, moment_ms - self.tick_ms, side="right")) - 1
        head_m, at_ms = self.heads_come.seen(self.head_m, first, look), self.at_ms[first : look + 1]
        if not with_flows or state.flows is None:
            return Read(at_ms, head_m, self.flow_ms[:0], self.inflow_m3_h[:0])
        told_ms = min(state.flows.balance.told_ms, state.flows.nights.told_ms)
        first = int(np.searchsorted(self.flow_ms, told_ms))
        look = int(np.searchsorted(self.flow_ms, moment_ms - TICK_MS, side="right")) - 1
        seen = self.flows_come.seen(self.inflow_m3_h, first, look)
        return Read(at_ms, head_m, self.flow_ms[first : look + 1], seen)


def taught(rule: Rule, signatures: Signatures, flows: FlowRule | None, of_pipe: np.ndarray, budget_s: float) -> Learned:
    """What the product would keep of a city, pipes named by their rows, without places for more loggers."""
    loggers = rule.quiet_m.shape[1]
    return Learned(
        rule=rule,
        loggers=tuple(f"logger {row}" for row in range(loggers)),
        loggers_m=np.zeros((loggers, 2)),
        pipes=tuple(map(str, range(len(signatures.drop)))),
        signatures=signatures,
        candidates=Candidates((), np.zeros((0, 2)), np.zeros((len(signatures.drop), 0))),
        made_ms=0,
        since_ms=0,
        until_ms=0,
        budget_s=budget_s,
        used=1.0,
        flows=flows,
        area_of_pipe=of_pipe,
    )


def told_by_product(learned: Learned, year: Readings) -> list[tuple[int, Proposal]]:
    """Everything that is told of *year*, ends too, with the moment (UTC ms) of the look that told it."""
    state = WatchState(0, Standing.begin(len(learned.loggers)), (), _begun(learned))
    moments = sorted(set(_moments(learned, year)))
    last_ms = int(year.at_ms[-1]) + year.tick_ms
    found: list[tuple[int, Proposal]] = []
    settles: set[int] = set()
    while moments or settles:
        moment_ms = min([*moments[:1], *settles])
        settles.discard(moment_ms)
        moments = moments[1:] if moment_ms in moments[:1] else moments
        if moment_ms > last_ms:
            continue
        read = year.there(state, moment_ms, learned.flows is not None)
        standing, flows, told = told_by_all(learned, state, read)
        state = WatchState(0, standing, (*state.proposals, *told), flows)
        found += [(moment_ms, one) for one in told]
        # What a burst takes for good is kept by the first look after its hold and a day for what comes late.
        settles |= {one.at_ms + DAY_MS + LATE_MS + year.tick_ms for one in told}
    return found


def _begun(learned: Learned) -> FlowStanding | None:
    return None if learned.flows is None else FlowStanding.begin(len(learned.flows.areas))


def _moments(learned: Learned, year: Readings) -> Iterator[int]:
    """Ends of the ticks at which something is told."""
    for look, _ in told_in_batches(learned.rule, year.at_ms, year.head_m, year.heads_come):
        yield int(year.at_ms[look]) + year.tick_ms
    if learned.flows is not None:
        for look, _ in told_in_batches(learned.flows.balance, year.flow_ms, year.inflow_m3_h, year.flows_come):
            yield int(year.flow_ms[look]) + TICK_MS
        yield from _nights(learned.flows.nights, year)


def _nights(rule: Rule, year: Readings) -> Iterator[int]:
    """The same of the nights: looked at when each is over, until all of it has come."""
    night_ms, whole = nights_of(year.flow_ms, year.inflow_m3_h)
    standing = Standing.begin(whole.shape[1])
    for number, began_ms in enumerate(night_ms.tolist()):
        over = int(np.searchsorted(year.flow_ms, began_ms + NIGHT_MS)) - 1
        for look in range(over, min(over + year.flows_come.every, len(year.flow_ms))):
            first = int(np.searchsorted(year.flow_ms, began_ms))
            seen = year.flows_come.seen(year.inflow_m3_h, first, look)
            _, night = nights_of(year.flow_ms[first : look + 1], seen)
            since = int(np.searchsorted(night_ms, standing.told_ms, side="right"))
            value = np.concatenate([whole[since:number], night[:1]])
            standing, told = watch(rule, standing, night_ms[since : number + 1], value)
            if told:
                yield int(year.flow_ms[look]) + TICK_MS


def rows_of(learned: Learned, told: list[tuple[int, Proposal]]) -> list[tuple[int, Proposal]]:
    """Those of *told* that are rows of the list: no ends, and nothing that another way has told before."""
    zones: dict[str, frozenset[str]] = {}

    def mains(one: Proposal) -> frozenset[str]:
        if one.id not in zones:
            zones[one.id] = frozenset(map(str, places_of(learned, one).zone().tolist()))
        return zones[one.id]

    proposals = [one for _, one in told]
    return [(at, one) for at, one in told if not one.ends and not is_told_before(one, proposals, mains)]
