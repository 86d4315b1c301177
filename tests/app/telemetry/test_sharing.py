"""What follows from what other consoles did, by pure functions: whatever comes in whichever order, all end alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW
from hypothesis import given
from hypothesis import strategies as st

from app.journal.causality import Standing
from app.journal.clock import BEGINNING
from app.journal.events import Draft
from app.journal.writing import Head, chained
from app.telemetry.alarm_events import Deed, done_to
from app.telemetry.alarm_marks import Name, Place, TakenUp
from app.telemetry.alarms import NEVER_MS, Alarms
from app.telemetry.bursts.told import Way
from app.telemetry.setup import Setup
from app.telemetry.shared_entries import (
    ALARMS,
    BurstJudged,
    LimitChange,
    Occurrence,
    Shared,
    SharedKind,
    acted,
    bursts_judged,
    changes_between,
    limit_from,
    limit_json,
    limits_changed,
    shared_of,
)
from app.telemetry.sharing import (
    CLOCKS_MS,
    acts_taken,
    in_order,
    is_meant,
    latest_only,
    limits_taken,
    names_in,
    place_of,
    placed_anew,
    with_changes,
)

SETUP = Setup(CHANNELS, LIMITS, ())
NAMES = [record.id for record in LIMITS.records if record.priority > 1]
WAYS = (Deed.OUT, Deed.BACK, Deed.SHELVED, Deed.UNSHELVED, Deed.LIMIT)
HOUR = 60 * MINUTE


@dataclass
class Desk:
    """A console: what it goes by, what waits to be sent, and how far it holds the hub's order."""

    dev: str
    alarms: Alarms = field(default_factory=lambda: Alarms.quiet(len(LIMITS), NOW))
    setup: Setup = SETUP
    last: dict[Name, Place] = field(default_factory=dict)
    pending: list[Shared] = field(default_factory=list)
    known: list[Shared] = field(default_factory=list)
    reach: int = 0
    written: int = 0

    def does(self, deed: Deed, alarm: str, figure: int, tick: int) -> None:
        self.written += 1
        standing = Standing(self.dev, self.written, self.reach, None)
        entry = Shared(standing, f"{NOW + tick:013d}.00000", SharedKind.ACTED, NOW, None, self.dev, deed, f"{figure}")
        row = next(at for at, one in enumerate(self.setup.limits.records) if one.id == alarm)
        if deed is Deed.LIMIT:
            was = self.setup.limits.records[row]
            after = self.setup.with_limit(replace(was, limit=20.0 + figure))
            changes = changes_between(self.setup.limits, after.limits, [one.id for one in CHANNELS.records])
            entry = replace(entry, kind=SharedKind.LIMITS, limits=changes)
            self.setup = after
        else:
            until_ms = NOW + figure * HOUR if deed is Deed.SHELVED else NEVER_MS
            entry = replace(entry, alarms=(Occurrence(alarm),), until_ms=until_ms)
            self.alarms = done_to(deed, self.alarms, LIMITS, [row], until_ms, entry.note, NOW)
        self.last |= {name: place_of(entry) for name in names_in(entry)}
        self.pending.append(entry)
        self.known.append(entry)

    def exchanges(self, hub: list[Shared], *, sends: bool) -> None:
        if sends:
            for one in self.pending:
                hub.append(replace(one, standing=replace(one.standing, hub_seq=len(hub) + 1)))
            self.pending.clear()
        news = hub[self.reach :]
        self.reach = len(hub)
        self.last = dict(placed_anew(TakenUp({}, frozenset(), self.last), news).last)
        fresh = in_order(one for one in news if one.standing.dev != self.dev)
        places = {one.key: one for one in news}
        self.known = [places.get(one.key, one) for one in self.known] + fresh
        taken = limits_taken(fresh, self.last, self.setup, self.entry_at, NOW)
        for _, changes in taken.apply:
            self.setup = with_changes(self.setup, changes)
        done, self.last = acts_taken(fresh, taken.last, self.alarms, LIMITS, NOW, lambda _: 0)
        self.alarms = done.alarms

    def entry_at(self, key: tuple[str, int]) -> Shared | None:
        return next((one for one in self.known if one.key == key), None)

    def stands(self) -> list[tuple[bool, int, float]]:
        limits = {one.id: one.limit for one in self.setup.limits.records}
        rows = {one.id: at for at, one in enumerate(LIMITS.records)}
        return [
            (bool(self.alarms.is_out[rows[name]]), int(self.alarms.shelved_until_ms[rows[name]]), limits[name])
            for name in NAMES
        ]


STEPS = st.tuples(
    st.integers(0, 2), st.sampled_from([*WAYS, None]), st.sampled_from(NAMES), st.integers(1, 9), st.booleans()
)


def by_the_hub(hub: list[Shared]) -> list[tuple[bool, int, float]]:
    """What must be so, in the test's own words: the last word in the hub's order, of each kind and alarm."""
    told = {name: [False, NEVER_MS, next(one.limit for one in LIMITS.records if one.id == name)] for name in NAMES}
    for entry in hub:
        for one in entry.alarms:
            match entry.deed:
                case Deed.OUT | Deed.BACK:
                    told[one.alarm][0] = entry.deed is Deed.OUT
                case Deed.SHELVED | Deed.UNSHELVED:
                    told[one.alarm][1] = entry.until_ms
        for change in entry.limits:
            assert change.now is not None
            told[change.alarm][2] = change.now.limit
    return [(bool(out), int(until), limit) for out, until, limit in told.values()]


@given(st.lists(STEPS, max_size=40))
def test_however_consoles_act_and_meet_all_end_with_the_last_word_of_the_hub(
    steps: list[tuple[int, Deed | None, str, int, bool]],
) -> None:
    desks, hub = [Desk(name) for name in "abc"], list[Shared]()
    for tick, (who, deed, alarm, figure, sends) in enumerate(steps):
        if deed is None:
            desks[who].exchanges(hub, sends=sends)
        else:
            desks[who].does(deed, alarm, figure, tick)
    for _ in range(2):
        for desk in desks:
            desk.exchanges(hub, sends=True)
    expected = by_the_hub(hub)
    for desk in desks:
        assert desk.stands() == expected


def test_the_mistake_of_going_by_what_comes_last_would_be_seen() -> None:
    """Two act apart: whoever hears of the other afterwards must not go by that if its own word is the later one."""
    one, two, hub = Desk("a"), Desk("b"), list[Shared]()
    one.does(Deed.OUT, NAMES[0], 1, 0)
    two.does(Deed.BACK, NAMES[0], 1, 1)
    one.exchanges(hub, sends=True)
    two.last.clear()  # The mistake: nobody remembers what this console goes by.
    two.exchanges(hub, sends=False)
    assert two.stands() != Desk("c").stands(), "the other one's word, though this console's comes later"


@pytest.mark.parametrize(
    ("raised_s", "meant_s", "stands", "acked_s", "is_active", "expected"),
    [
        (0, 0, True, 5, True, True),
        (8, 0, True, 5, True, False),
        (2, 0, False, 1, True, True),
        (4, 0, True, 1, True, False),
        (600, 0, True, 900, True, True),
        (600, 0, False, 900, True, False),
        (-600, 0, True, 5, True, True),
        (-600, 0, True, 5, False, False),
        (-30, 0, True, 5, False, True),
    ],
    ids=[
        "the same",
        "came after it was acknowledged",
        "clocks and intervals differ a little",
        "clocks differ by more",
        "this console was started later",
        "there it was only not known to be over",
        "that console was started later",
        "what is over here was another one",
        "what is over here is the same",
    ],
)
def test_which_occurrence_is_meant(
    raised_s: int, meant_s: int, acked_s: int, *, stands: bool, is_active: bool, expected: bool
) -> None:
    meant = Occurrence("any", NOW + meant_s * 1000, stands)
    acked_ms = NOW + acked_s * 1000
    assert is_meant(NOW + raised_s * 1000, meant, acked_ms, is_active=is_active) is expected
    assert not is_meant(acked_ms + CLOCKS_MS + 1, meant, acked_ms, is_active=True)
    assert not is_meant(NEVER_MS, meant, acked_ms, is_active=is_active)
    assert not is_meant(NOW, Occurrence("any"), acked_ms, is_active=is_active)


def entry_of(kind: str, body: dict[str, object]) -> Shared | None:
    """What a console believes of a body that anybody may have sent."""
    drafts = [Draft(kind, ALARMS, body, {"note": "x"}, NOW)]
    ((event,), _) = chained(drafts, Head("d", 0, "", BEGINNING, 0), NOW, "who", "")
    return shared_of(event, lambda _: "x")


def took(entry: Shared, now_ms: int = NOW) -> Alarms:
    """How alarms stand after *entry*; nothing that is believed may fail."""
    taken = limits_taken([entry], {}, SETUP, lambda _: None, NOW)
    for _, changes in taken.apply:
        with_changes(SETUP, changes)
    quiet = Alarms.quiet(len(LIMITS), NOW)
    return acts_taken([entry], taken.last, quiet, LIMITS, now_ms, lambda one: one.ahead_ms or 0)[0].alarms


NUMBERS = (
    st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([NOW, 0])
)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text(max_size=3) | st.sampled_from([*NAMES, *Deed, "PT-0001"])
BURST = st.fixed_dictionaries(
    {"id": st.just("burst 1"), "since_ms": st.just(NOW), "at_ms": st.just(NOW), "side": st.just(1)},
    optional={"way": st.sampled_from(list(Way)) | PLAIN, "area": st.sampled_from(["", "D1", 5])},
)
LIMIT_BODY = st.fixed_dictionaries(
    {name: PLAIN | st.just(value) for name, value in (limit_json(LIMITS.records[1]) or {}).items()}
)
CHANGE = st.fixed_dictionaries(
    {"alarm": PLAIN, "channel": PLAIN, "was": st.none() | LIMIT_BODY, "now": st.none() | LIMIT_BODY | PLAIN}
)
BODY = st.fixed_dictionaries(
    {},
    optional={
        "deed": st.sampled_from(list(Deed)) | PLAIN,
        "alarms": st.lists(PLAIN, max_size=3) | st.lists(st.sampled_from(NAMES), max_size=3) | PLAIN,
        "raised_ms": st.lists(PLAIN, max_size=3),
        "stands": st.lists(st.booleans(), max_size=3) | PLAIN,
        "until_ms": PLAIN,
        "ahead_ms": PLAIN,
        "changes": st.lists(CHANGE, max_size=2) | PLAIN,
        "bursts": st.lists(
            st.dictionaries(st.sampled_from(["id", "since_ms", "at_ms", "side"]), PLAIN) | BURST, max_size=2
        ),
    },
)


@given(st.sampled_from(list(SharedKind)), BODY)
def test_whatever_anybody_sends_is_set_aside_or_can_be_taken_up(kind: SharedKind, body: dict[str, object]) -> None:
    entry = entry_of(kind, body)
    if entry is not None:
        took(entry)


def test_a_day_on_the_shelf_is_a_day_also_by_a_clock_that_is_a_little_behind() -> None:
    body = {"deed": "shelved", "alarms": [NAMES[0]], "until_ms": NOW + 24 * HOUR}
    entry = entry_of(SharedKind.ACTED, body)
    assert entry is not None
    row = next(at for at, one in enumerate(LIMITS.records) if one.id == NAMES[0])
    assert took(entry, NOW - 1500).shelved_until_ms[row] == NOW - 1500 + 24 * HOUR
    assert took(entry, NOW + 1500).shelved_until_ms[row] == NOW + 24 * HOUR
    assert took(entry, NOW + 25 * HOUR).shelved_until_ms[row] == NEVER_MS, "it was over before it was heard of"


def test_who_hears_of_everything_for_the_first_time_takes_the_last_words_and_the_last_week() -> None:
    desk = Desk("a")
    for deed in (Deed.OUT, Deed.BACK, Deed.OUT, Deed.NOTED):
        desk.does(deed, NAMES[0], 1, desk.written)
    old = [replace(one, at_ms=NOW - 30 * 24 * HOUR) for one in desk.known]
    kept = latest_only(old, NOW)
    assert [(one.deed, one.key[1]) for one in kept] == [(Deed.OUT, 3)]
    assert len(latest_only(desk.known, NOW)) == 4


def test_what_is_written_is_read_back_as_it_was() -> None:
    for limit in LIMITS.records:
        told = limit_json(limit)
        assert told is not None
        assert limit_from(limit.id, told) == replace(limit, channel=0, unless=-1)
    changes = (LimitChange(NAMES[0], "PT-0001", None, None),)
    for draft in (acted(Deed.OUT, [Occurrence("x")], NOW, note=" "), limits_changed(changes, NOW, ahead_ms=5)):
        assert isinstance(draft, Draft)
        assert (draft.entity, draft.eff_at_ms, draft.texts) == (ALARMS, NOW, {})


def test_a_judged_burst_names_the_way_and_the_area_that_told_it_and_earlier_versions_may_not() -> None:
    first = BurstJudged("burst balance 1", NOW, NOW, 1, Way.BALANCE, "D1")
    before = BurstJudged("burst 2", NOW, NOW, -1)
    draft = bursts_judged(Deed.NOTED, [first, before], NOW)
    entry = entry_of(SharedKind.BURSTS, draft.body)
    assert entry is not None
    assert entry.bursts == (first, before)
    (_, earlier) = draft.body["bursts"]
    assert set(earlier) == {"id", "since_ms", "at_ms", "side"}
    assert entry_of(SharedKind.BURSTS, {**draft.body, "bursts": [{**earlier, "way": "", "area": ""}]}) is None
