"""Hypothesis strategies: small towns with everything that makes isolation hard, and questions about them."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import strategies as st

from oracle.town import LENGTH_M, Aim, Customer, Hydrant, Junction, Main, Origin, Station, Tap, Thing, Town

PLACES_M = (20.0, 40.0, 50.0, 60.0, 80.0)
TAPS_M = (0.0, 10.0, *PLACES_M, 70.0, LENGTH_M)
KINDS = ("isolation",) * 12 + (
    "boundary",
    "check",
    "check",
    "prv",
    "psv",
    "fcv",
    "pump",
    "pump",
    "air",
    "washout",
    "other",
)
POSITIONS = ("open",) * 9 + ("closed", "closed", "disputed")
CONDITIONS = ("operable",) * 9 + ("unknown", "unknown", "inoperable", "passing")


@st.composite
def towns(draw: st.DrawFn, *, most_mains: int = 12, most_things: int = 14) -> Town:
    """A town of up to *most_mains* pipes; connected or not, with loops, parallels, islands."""
    junctions = [_junction(at, draw(st.sampled_from((None, 0.0, 5.0, 12.0)))) for at in range(draw(st.integers(2, 7)))]
    names = st.sampled_from([junction.id for junction in junctions])
    mains = [Main(f"P{at}", draw(names), draw(names)) for at in range(draw(st.integers(1, most_mains)))]
    things = [draw(_things(at, mains, junctions)) for at in range(draw(st.integers(0, most_things)))]
    if draw(st.integers(0, 3)):
        choices = st.sampled_from(("valve",) * 8 + ("nothing",) * 2 + ("closed", "check in", "check out", "pump"))
        things += _by_practice(mains, draw(st.lists(choices, min_size=2 * len(mains), max_size=2 * len(mains))))
    origins = [draw(_origins(at, mains, things, names)) for at in range(draw(st.integers(0, 3)))]
    town = Town(tuple(junctions), tuple(mains), _untied(things, mains), _apart(origins))
    return draw(_served(town))


def _junction(at: int, elevation_m: float | None) -> Junction:
    """Junctions on a spiral: no two at one place, no three in line."""
    turn = 2.399963 * at
    return Junction(
        f"J{at}",
        100.0 * math.sqrt(at + 0.7) * math.cos(turn),
        100.0 * math.sqrt(at + 0.7) * math.sin(turn),
        elevation_m,
    )


def _by_practice(mains: list[Main], choices: list[str]) -> list[Thing]:
    """Something on every leg, mostly an open operable valve: how a well-kept network looks."""
    legs = [
        (main, end, way) for main in mains if main.start != main.end for end, way in ((main.start, 1), (main.end, -1))
    ]
    things = []
    for at, ((main, end, way), choice) in enumerate(zip(legs, choices, strict=False)):
        leg = Thing(f"W{at:02d}", "isolation", pipe=main.id, junction=end)
        kinds = {
            "valve": leg,
            "closed": replace(leg, position="closed"),
            "check in": replace(leg, kind="check", way=way),
            "check out": replace(leg, kind="check", way=-way),
            "pump": replace(leg, kind="pump", way=way, storage_m3=50.0),
        }
        if choice in kinds:
            things.append(kinds[choice])
    return things


@st.composite
def _things(draw: st.DrawFn, at: int, mains: list[Main], junctions: list[Junction]) -> Thing:
    kind = draw(st.sampled_from(KINDS))
    main = draw(st.sampled_from(mains))
    thing = Thing(
        f"V{at:02d}",
        kind,
        pipe=main.id,
        position=draw(st.sampled_from(POSITIONS)) if kind in ("isolation", "boundary") else "open",
        condition=draw(st.sampled_from(CONDITIONS)) if kind in ("isolation", "boundary") else "operable",
        way=draw(st.sampled_from((1, -1, 1, -1, 0))) if kind in ("check", "prv", "psv", "fcv", "pump") else 0,
        storage_m3=draw(st.sampled_from((0.0, 50.0))) if kind == "pump" else 0.0,
    )
    match draw(st.sampled_from(("inside", "inside", "leg", "leg", "junction"))):
        case "inside":
            return replace(thing, offset_m=draw(st.sampled_from(PLACES_M)))
        case "leg":
            return replace(thing, junction=draw(st.sampled_from((main.start, main.end))))
        case _:
            toward = draw(st.sampled_from((None, *(main.id for main in mains))))
            junction = draw(st.sampled_from(junctions)).id
            return replace(thing, pipe=None, junction=junction, toward=toward, way=0)


@st.composite
def _origins(draw: st.DrawFn, at: int, mains: list[Main], things: list[Thing], names: st.SearchStrategy[str]) -> Origin:
    kind = draw(st.sampled_from(("plant", "plant", "reservoir", "tank", "tank")))
    if draw(st.integers(0, 3)):
        return Origin(f"S{at}", kind, junction=draw(names))
    main = draw(st.sampled_from(mains))
    taken = {thing.offset_m for thing in things if thing.pipe == main.id}
    free = [place for place in PLACES_M if place not in taken]
    return Origin(f"S{at}", kind, pipe=main.id, offset_m=free[0]) if free else Origin(f"S{at}", kind, draw(names))


def _apart(origins: list[Origin]) -> tuple[Origin, ...]:
    """One source a place: what two at one place mean is a fault of the data, not a question of isolation."""
    return tuple({(origin.junction, origin.pipe): origin for origin in origins}.values())


def _untied(things: list[Thing], mains: list[Main]) -> tuple[Thing, ...]:
    """Leave out what no rule orders: unlike devices at the exact middle of a loop, or between its own two ends."""
    loops = {main.id for main in mains if main.start == main.end}
    legs = [end for main in mains for end in (main.start, main.end)]
    closed = {main.start for main in mains if main.id in loops and legs.count(main.start) == 2}
    return tuple(
        thing
        for thing in things
        if not (thing.pipe in loops and thing.junction is None and thing.offset_m == LENGTH_M / 2)
        and not (thing.pipe is None and thing.junction in closed and thing.kind not in {"isolation", "boundary"})
    )


@st.composite
def _served(draw: st.DrawFn, town: Town) -> Town:
    taps = st.builds(Tap, st.sampled_from([main.id for main in town.mains]), st.sampled_from(TAPS_M))
    stations = tuple(
        Station(f"B{at}", draw(taps), draw(st.sampled_from((0.0, 30.0)))) for at in range(draw(st.integers(0, 2)))
    )
    serving = st.sampled_from((None, None, *(station.id for station in stations)))
    people = []
    for at in range(draw(st.integers(0, 5))):
        town, valve = _with_branches(town, draw, [at])
        people.append(
            Customer(
                f"C{at}",
                draw(taps),
                critical=draw(st.booleans()),
                category=draw(st.sampled_from(("residential", "residential", "hospital", "private_well"))),
                station=draw(serving),
                branch_valve=valve,
            )
        )
    hydrants = []
    for at in range(draw(st.integers(0, 2))):
        town, valve = _with_branches(town, draw, ["h", at])
        hydrants.append(Hydrant(f"H{at}", draw(taps), valve))
    return replace(town, stations=stations, customers=tuple(people), hydrants=tuple(hydrants))


def _with_branches(town: Town, draw: st.DrawFn, name: list[object]) -> tuple[Town, str | None]:
    """*town* with a branch valve of its own for one service, or none."""
    if draw(st.integers(0, 2)):
        return town, None
    valve = Thing(
        "VS" + "".join(map(str, name)),
        "service",
        pipe=town.mains[0].id,
        offset_m=33.0,
        position=draw(st.sampled_from(POSITIONS)),
        condition=draw(st.sampled_from(CONDITIONS)),
    )
    return replace(town, things=(*town.things, valve)), valve.id


@st.composite
def aims(draw: st.DrawFn, town: Town, *, single: bool = False) -> Aim:
    """A question about *town*; *single* keeps to places on pipes and junctions."""
    pipe = st.builds(
        Aim, st.just("pipe"), st.sampled_from([m.id for m in town.mains]), st.sampled_from((None, *TAPS_M))
    )
    choices = [pipe, pipe, st.builds(Aim, st.just("junction"), st.sampled_from([j.id for j in town.junctions]))]
    if not single:
        for kind, things in (("valve", town.things), ("hydrant", town.hydrants), ("customer", town.customers)):
            if things:
                choices.append(st.builds(Aim, st.just(kind), st.sampled_from([thing.id for thing in things])))
        choices.append(_areas())
    return draw(st.one_of(choices))


@st.composite
def _areas(draw: st.DrawFn) -> Aim:
    """A triangle or square with corners at no special place."""
    x_m, y_m = draw(st.integers(-250, 250)) + 0.137, draw(st.integers(-250, 250)) + 0.731
    size_m = draw(st.sampled_from((15.3, 61.7, 142.9)))
    ring = [(x_m, y_m), (x_m + size_m, y_m), (x_m + size_m, y_m + size_m), (x_m, y_m + size_m)]
    return Aim("area", ring_m=tuple(ring[: draw(st.integers(3, 4))]))


def flipped(town: Town, mains: frozenset[str]) -> Town:
    """The same town with some pipes drawn the other way round."""
    length = {main.id: main.length_m for main in town.mains}

    def turn(tap: Tap) -> Tap:
        return Tap(tap.pipe, length[tap.pipe] - tap.offset_m) if tap.pipe in mains else tap

    def place(pipe: str | None, offset_m: float | None) -> float | None:
        return length[pipe] - offset_m if pipe in mains and offset_m is not None else offset_m

    return replace(
        town,
        mains=tuple(replace(m, start=m.end, end=m.start) if m.id in mains else m for m in town.mains),
        things=tuple(
            replace(t, offset_m=place(t.pipe, t.offset_m), way=-t.way if t.pipe in mains else t.way)
            for t in town.things
        ),
        origins=tuple(replace(o, offset_m=place(o.pipe, o.offset_m)) for o in town.origins),
        stations=tuple(replace(s, tap=turn(s.tap)) for s in town.stations),
        customers=tuple(replace(c, tap=turn(c.tap)) for c in town.customers),
        hydrants=tuple(replace(h, tap=turn(h.tap)) for h in town.hydrants),
    )


def with_people(town: Town) -> Town:
    """Somebody on every pipe, so that answers differ in customers."""
    more = tuple(
        Customer(f"X{at}{n}", Tap(main.id, place))
        for at, main in enumerate(town.mains)
        for n, place in enumerate((10.0, 70.0, 90.0)[: 1 + at % 3])
    )
    return replace(town, customers=(*town.customers, *more))
