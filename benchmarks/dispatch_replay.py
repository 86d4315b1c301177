"""Dispatch replayed: emergencies in a city with a river and four bridges, four ways of choosing crews side by side.

*line* sends the nearest idle crew by straight line, *road* the nearest by road, *assignment* weighs all waiting jobs
and idle crews at once, *full* also weighs crews that are soon free and those under way, and lets idle crews stand by
where the next emergency is least covered. All see the same emergencies. On time is a crew on scene within 30 minutes of
the report; beside the share stands the worst lateness in minutes. Work takes what it takes; the methods know its
distribution only.

Usage: ``python benchmarks/dispatch_replay.py [--hours H] [--seed S] [--crews N…] [--rates R…] [--least] [--misses]``
"""

import argparse
import heapq
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from replay_city import ReplayCity, bases, replay_city
from scipy.optimize import linear_sum_assignment
from scipy.stats import norm

from app.dispatch.crews import Crew, CrewState, Job
from app.dispatch.suggest import suggest

LIMIT_S = 1800.0
TURN_OUT_S = 90.0
MEDIAN_WORK_S, WORK_SPREAD = 6800.0, 0.5
METHODS = ("line", "road", "assignment", "full")


@dataclass
class Van:
    """A crew in the replay."""

    at: int
    state: CrewState = CrewState.STANDBY
    job: int | None = None
    left_at: float = 0.0
    goal: int | None = None
    begun: float = 0.0
    version: int = 0


@dataclass
class Replay:
    """One method's course over the same emergencies."""

    city: ReplayCity
    method: str
    when: np.ndarray
    where: np.ndarray
    work_s: np.ndarray
    vans: list[Van]
    standby: np.ndarray
    waiting: list[int] = field(default_factory=list)
    arrived: dict[int, float] = field(default_factory=dict)
    able: dict[int, str] = field(default_factory=dict)
    events: list[tuple[float, int, str, int, int]] = field(default_factory=list)

    def run(self) -> None:
        """Play all events to the end."""
        for job, moment in enumerate(self.when.tolist()):
            self._later(moment, "report", job, 0)
        while self.events:
            now, _, kind, number, version = heapq.heappop(self.events)
            if kind == "report":
                self.waiting.append(number)
                self.able[number] = self._prospect(now, number)
            elif self.vans[number].version != version:
                continue
            elif kind == "there":
                self._there(now, number)
            else:
                self._done(now, number)
            self._decide(now)

    def _later(self, moment: float, kind: str, number: int, version: int) -> None:
        heapq.heappush(self.events, (moment, len(self.events) + number, kind, number, version))

    def place(self, van: Van, now: float) -> tuple[int, float]:
        """The crossing that a van comes to next, and when."""
        if van.goal is None or van.state is not CrewState.EN_ROUTE:
            return van.at, now
        node, arrives = van.goal, van.left_at + self.city.way_s[van.at, van.goal]
        if now <= van.left_at:
            return van.at, now
        while node != van.at:
            before = int(self.city.before[van.at, node])
            passed = van.left_at + self.city.way_s[van.at, before]
            if passed <= now:
                break
            node, arrives = before, passed
        return node, max(now, arrives)

    def _prospect(self, now: float, job: int) -> str:
        """What could have been done for *job* at its report, for the reason of a miss."""
        idle = [van for van in self.vans if van.job is None]
        if not idle:
            return "every crew had a job"
        reach = min(self._way(van, now, job) for van in idle)
        return "idle crews were too far" if reach > LIMIT_S else "an idle crew could have been there"

    def _way(self, van: Van, now: float, job: int) -> float:
        node, ready = self.place(van, now)
        return ready - now + TURN_OUT_S + float(self.city.way_s[node, self.where[job]])

    def _send(self, now: float, number: int, goal: int, job: int | None) -> None:
        van = self.vans[number]
        node, ready = self.place(van, now)
        van.at, van.goal, van.job, van.state = node, goal, job, CrewState.EN_ROUTE
        van.left_at = ready + (TURN_OUT_S if job is not None else 0.0)
        van.version += 1
        self._later(van.left_at + float(self.city.way_s[node, goal]), "there", number, van.version)

    def _there(self, now: float, number: int) -> None:
        van = self.vans[number]
        van.at, van.goal = int(van.goal if van.goal is not None else van.at), None
        van.version += 1
        if van.job is None:
            van.state = CrewState.STANDBY
            return
        self.arrived[van.job] = now
        van.state, van.begun = CrewState.ON_SCENE, now
        self._later(now + float(self.work_s[van.job]), "done", number, van.version)

    def _done(self, now: float, number: int) -> None:
        van = self.vans[number]
        van.job, van.state = None, CrewState.STANDBY
        van.version += 1
        if self.method != "full":
            self._send(now, number, int(self.standby[number]), None)

    def _decide(self, now: float) -> None:
        if self.method in {"line", "road"}:
            self._nearest(now)
        else:
            self._assign(now, full=self.method == "full")
        if self.method == "full":
            self._stand_by(now)

    def _nearest(self, now: float) -> None:
        for job in list(self.waiting):
            idle = [number for number, van in enumerate(self.vans) if van.job is None]
            if not idle:
                return
            goal = self.city.node_m[self.where[job]]
            away = {
                number: float(np.hypot(*(self.city.node_m[self.place(self.vans[number], now)[0]] - goal)))
                if self.method == "line"
                else self._way(self.vans[number], now, job)
                for number in idle
            }
            self._send(now, min(away, key=lambda one: away[one]), int(self.where[job]), job)
            self.waiting.remove(job)

    def _assign(self, now: float, *, full: bool) -> None:
        movable = {van.job: number for number, van in enumerate(self.vans) if full and self._under_way(van)}
        jobs = [*self.waiting, *(job for job in movable if job is not None)]
        if not self.waiting:
            return
        numbers = [n for n, van in enumerate(self.vans) if van.job is None or full]
        crews = [self._crew(number, now) for number in numbers]
        places = [self.place(self.vans[number], now) for number in numbers]
        goals = self.where[jobs]
        travel_s = np.array([self.city.way_s[node, goals] + ready - now + TURN_OUT_S for node, ready in places]).T
        asked = [self._job(job, movable.get(job)) for job in jobs]
        for one in suggest(asked, crews, travel_s.reshape(len(jobs), len(crews)), int(now * 1000)).sent:
            job, number = int(one.job), int(one.crew)
            van = self.vans[number]
            if van.state is CrewState.ON_SCENE or van.job == job:
                continue  # reserved until it is free; or already on its way there
            if van.job is not None and van.job not in self.waiting:
                self.waiting.append(van.job)
            former = movable.get(job)
            if former is not None and self.vans[former].job == job:
                self.vans[former].job = None
                self._send(now, former, int(self.standby[former]), None)
            self._send(now, number, int(self.where[job]), job)
            if job in self.waiting:
                self.waiting.remove(job)

    @staticmethod
    def _under_way(van: Van) -> bool:
        return van.job is not None and van.state is CrewState.EN_ROUTE

    def _crew(self, number: int, now: float) -> Crew:
        van = self.vans[number]
        fix_ms = int(now * 1000)
        if van.state is not CrewState.ON_SCENE:
            return Crew(str(number), van.state, fix_ms=fix_ms, job=None if van.job is None else str(van.job))
        free_ms, late_ms = (int((now + left_s) * 1000) for left_s in work_left_s(now - van.begun))
        return Crew(
            str(number),
            van.state,
            fix_ms=fix_ms,
            job=str(van.job),
            accepted=True,
            free_ms=free_ms,
            free_late_ms=late_ms,
        )

    def _job(self, job: int, number: int | None) -> Job:
        due_ms = int((self.when[job] + LIMIT_S) * 1000)
        return Job(str(job), due_ms, crew=None if number is None else str(number))

    def _stand_by(self, now: float) -> None:
        """Idle crews go where the standby places in their order of gain are uncovered."""
        idle = [number for number, van in enumerate(self.vans) if van.job is None]
        if not idle:
            return
        places = self.standby[: len(idle)]
        nodes = [self.place(self.vans[number], now)[0] for number in idle]
        cost = self.city.way_s[np.ix_(nodes, places)]
        for row, column in zip(*linear_sum_assignment(cost**1.2), strict=True):
            van = self.vans[idle[row]]
            goal = int(places[column])
            if (van.goal if van.goal is not None else van.at) != goal and cost[row, column] > 240:
                self._send(now, idle[row], goal, None)


def work_left_s(gone_s: float) -> tuple[float, float]:
    """What is left of work that has lasted *gone_s*, as its distribution has it: half of the time, nine of ten."""
    past = float(norm.cdf(np.log(max(gone_s, 1.0) / MEDIAN_WORK_S) / WORK_SPREAD))
    ends = MEDIAN_WORK_S * np.exp(
        WORK_SPREAD * norm.ppf(np.minimum(past + (1 - past) * np.array([0.5, 0.9]), 1 - 1e-9))
    )
    expected_s, late_s = np.maximum(ends - gone_s, 60.0).tolist()
    return expected_s, late_s


def play(city: ReplayCity, method: str, rate: float, crews: int, hours: float, seed: int) -> Replay:
    """One replay from the start to the last job's end."""
    chance = np.random.default_rng(seed)
    count = chance.poisson(rate * hours)
    when = np.sort(chance.uniform(0, hours * 3600, count))
    where = chance.choice(len(city.demand), count, p=city.demand)
    work_s = MEDIAN_WORK_S * np.exp(WORK_SPREAD * chance.standard_normal(count))
    standby = bases(city, crews, LIMIT_S - TURN_OUT_S)
    replay = Replay(city, method, when, where, work_s, [Van(int(node)) for node in standby], standby)
    replay.run()
    return replay


def misses(replay: Replay) -> list[int]:
    """Emergencies that no crew reached in time."""
    return [job for job, moment in replay.arrived.items() if moment - replay.when[job] > LIMIT_S]


def tell_misses(replay: Replay) -> None:
    """Print every miss: when, where, how late, and what could have been done."""
    for job in misses(replay):
        x_km, y_km = (replay.city.node_m[replay.where[job]] / 1000).tolist()
        hour, late_s = replay.when[job] / 3600, replay.arrived[job] - replay.when[job] - LIMIT_S
        print(f"    hour {hour:6.1f}, {x_km:.1f}/{y_km:.1f} km, {late_s / 60:.0f} min late: {replay.able[job]}")


def compare(
    city: ReplayCity, rates: list[float], crews: list[int], hours: float, seed: int, *, each: bool = False
) -> None:
    """Print the share on time of every method."""
    print(
        "per hour  crews  emergencies" + "".join(f"{method:>13}" for method in METHODS) + "   misses of the full method"
    )
    for rate in rates:
        for number in crews:
            shares, last = [], None
            for method in METHODS:
                last = play(city, method, rate, number, hours, seed)
                late_s = [moment - last.when[job] - LIMIT_S for job, moment in last.arrived.items()]
                shares.append((1 - len(misses(last)) / max(1, len(last.when)), max(0.0, max(late_s, default=0.0))))
            assert last is not None
            told = Counter(last.able[job] for job in misses(last))
            why = ", ".join(f"{count} {reason}" for reason, count in told.most_common())
            row = "".join(f"{share * 100:9.1f}% {late_s / 60:4.0f} m" for share, late_s in shares)
            print(f"{rate:8g} {number:6d} {len(last.when):12d}{row}   {why or 'none'}", flush=True)
            if each:
                tell_misses(last)


def least(city: ReplayCity, rates: list[float], hours: float, seeds: range) -> None:
    """Print the fewest crews, and their bases, with which the full method missed nothing whatever the seed."""
    for rate in rates:
        # Fewer than are at work at any time on average never catch up.
        fewest = max(4, int(rate * MEDIAN_WORK_S * np.exp(WORK_SPREAD**2 / 2) / 3600) + 2)
        for number in range(fewest, 101, 2):
            replays = (play(city, "full", rate, number, hours, seed) for seed in seeds)
            if not any(misses(replay) for replay in replays):
                _tell_bases(city, rate, number, hours, seeds)
                break
        else:
            print(f"{rate:g} an hour: not even 100 crews reach all")


def _tell_bases(city: ReplayCity, rate: float, number: int, hours: float, seeds: range) -> None:
    places = Counter(
        tuple((city.node_m[node] / 1000).round(1).tolist()) for node in bases(city, number, LIMIT_S - TURN_OUT_S)
    )
    told = ", ".join(f"{count} at {x_km:g}/{y_km:g}" for (x_km, y_km), count in sorted(places.items()))
    print(
        f"{rate:g} an hour: {number} crews miss none in {len(seeds)} × {hours:g} hours; east/north km: {told}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay dispatch in a city with a river.")
    parser.add_argument("--hours", type=float, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--crews", type=int, nargs="*", default=[10, 20, 40, 100])
    parser.add_argument("--rates", type=float, nargs="*", default=[1, 3, 6, 14])
    parser.add_argument("--least", action="store_true", help="also look for the fewest crews that miss nothing")
    parser.add_argument("--misses", action="store_true", help="also tell every miss of the full method")
    options = parser.parse_args()
    city = replay_city()
    far = float((city.way_s * (city.way_s < np.inf)).max())
    print(f"{len(city.node_m)} crossings, longest way {far / 60:.0f} min, seed {options.seed}, {options.hours:g} hours")
    started = time.perf_counter()
    compare(city, options.rates, options.crews, options.hours, options.seed, each=options.misses)
    if options.least:
        least(city, [rate for rate in options.rates if rate <= 6], options.hours, range(options.seed, options.seed + 3))
    print(f"({time.perf_counter() - started:.0f} s)")


if __name__ == "__main__":
    main()
