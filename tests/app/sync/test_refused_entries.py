"""One entry that the hub refuses for good holds up nothing that is written after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from consoles import until
from followers import Field, MemoryLaptop, ModelHub, _catch_up, _copy, _edit, _fetch_a_part, _observe, contradictions
from hub_staff import Staff, staff_of
from hypothesis import given
from hypothesis import strategies as st
from servers import Postgres

from app.errors import AppError
from app.hub_requests import Following, HubStanding, LookAtHub
from app.journal.events import Draft, Event, EventKey
from app.journal.fold import DEVICE_CONTINUED
from app.journal.hub import HubJournal
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.writing import FreeText
from app.operations.hub import exchange_now, verify_hub
from app.sync.exchange import exchange
from app.sync.membership import Membership, keep_membership
from app.sync.rights_told import Rights
from app.sync.set_aside import set_aside
from app.worker.hub_handlers import HubRoom
from app.workspace_files import HUB_PEOPLE, JOURNAL, NETWORK
from app.workspace_kinds import refuse_untaken
from app.workspace_lease import Lease, keep_lease

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ALARM, ORDER = "alarm.acted", "order.step"


class Desk:
    """A console of somebody's, at a hub on a real server; it is away until it follows."""

    def __init__(self, staff: Staff, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        folder.mkdir()
        (folder / NETWORK).touch()
        Journal.create(folder / JOURNAL).close()
        address = staff.server.database(staff.name, staff.login(name))
        keep_membership(folder, Membership(address, staff.hub.identity(), "hub"))
        with closing(Journal.open(folder / JOURNAL)) as journal:
            journal.take_in(staff.hub.pull(0).events)
        self.room = HubRoom(HubJournal.open)

    def stands(self) -> HubStanding:
        standing = self.room.look(LookAtHub(self.folder)).standing
        assert standing is not None
        return standing

    def becomes(self, state: Following, pending: int) -> None:
        until(lambda: (self.stands().state, self.stands().pending) == (state, pending))

    def goes_away(self) -> None:
        self.room.close()

    def write(self, *kinds: str, actor: str = "") -> list[str]:
        """Hashes of what is written: the last of *kinds* is as many events further on."""
        with closing(Journal.open(self.folder / JOURNAL)) as journal:
            drafts = [Draft(kind, f"{kind.partition('.')[0]}/1") for kind in kinds]
            return [event.hash for event in journal.append(drafts, NOW, actor or self.name)][-len(kinds) :]

    def read(self) -> Journal:
        return Journal.open(self.folder / JOURNAL, readonly=True)

    def holds(self, *hashes: str) -> bool:
        with closing(self.read()) as journal:
            return set(hashes) <= {event.hash for event in journal.events() if event.hub_seq is not None}

    def devices(self) -> int:
        """How many this console has written as."""
        with closing(self.read()) as journal:
            return len({event.dev for event in journal.events() if event.actor != "owner"})


Open = Callable[..., Desk]


@pytest.fixture
def staff(postgres_server: Postgres, database: str, tmp_path: Path) -> Iterator[Staff]:
    with staff_of(postgres_server, database, tmp_path) as made:
        made.hub.push(made.wrote("owner", "workspace.created"))
        yield made


@pytest.fixture
def desk(staff: Staff, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as opened:

        def made(name: str, role: PersonRole) -> Desk:
            staff.add(name, role)
            one = Desk(staff, tmp_path / name, name)
            opened.callback(one.goes_away)
            return one

        yield made


def refused(folder: Path, kind: str) -> str:
    try:
        refuse_untaken(folder, [kind], "wang")
    except AppError as error:
        return error.code
    return ""


def test_a_right_that_is_taken_away_holds_up_no_later_alarm(staff: Staff, desk: Open) -> None:
    wang, li = desk("wang", PersonRole.OPERATOR), desk("li", PersonRole.SUPERVISOR)
    wang.write(ORDER)
    wang.becomes(Following.FOLLOWING, 0)
    li.becomes(Following.FOLLOWING, 0)
    assert refused(wang.folder, ORDER) == ""
    # While it is away the right is taken, and nobody here can know.
    wang.goes_away()
    staff.add("wang", PersonRole.MONITOR)
    order, behind = wang.write(ORDER, ALARM)
    wang.becomes(Following.FOLLOWING, 2)
    assert wang.stands().code == "hub.not_his_kind", "it is said what waits, and why"
    (later,) = wang.write(ALARM)
    until(lambda: li.holds(later) and wang.holds(later))
    assert not li.holds(order)
    assert not li.holds(behind), "what hangs on the refused one waits with it"
    assert wang.devices() == 2
    with closing(li.read()) as journal:
        (device,) = [event.dev for event in journal.events() if event.hash == later]
        begun = journal.event((device, 1))
        assert begun is not None
        assert begun.kind == DEVICE_CONTINUED
        held = begun.facts["held"]
    with closing(wang.read()) as journal:
        waits = journal.pending()
        assert [event.hash for event in waits] == [order, behind]
        assert held[waits[-1].dev] == waits[-1].dev_seq, "who knew what stays known"
    # The like of it is not even written from now on; and who waits for a turn is not refused for what was set aside.
    assert (refused(wang.folder, ORDER), refused(wang.folder, ALARM)) == ("hub.would_refuse", "")
    exchange_now(wang.folder)
    # Given the right again, all of it goes, and everybody holds the same.
    staff.add("wang", PersonRole.OPERATOR)
    wang.becomes(Following.FOLLOWING, 0)
    until(lambda: li.holds(order, behind, later))
    assert verify_hub(wang.folder, lambda *_: None) == staff.hub.top()
    with closing(wang.read()) as one, closing(li.read()) as two:
        assert one.state() == two.state()


def test_who_can_bring_nothing_begins_no_device_after_device(staff: Staff, desk: Open) -> None:
    wang = desk("wang", PersonRole.OPERATOR)
    wang.write(ORDER, ORDER)
    wang.becomes(Following.FOLLOWING, 0)
    strange = wang.write(ORDER, actor="stranger")
    wang.becomes(Following.FOLLOWING, 1)
    assert wang.stands().code == "hub.not_his"
    for waiting in (3, 4, 5):
        strange += wang.write(ORDER, actor="stranger")
        wang.becomes(Following.REFUSED, waiting)
    assert wang.devices() == 2, "the second has brought nothing and is not given up"
    with pytest.raises(AppError, match="not_his"):
        exchange_now(wang.folder)
    # Somebody known comes to the desk: his first entry shows that something waits in vain, those after it go.
    first = wang.write(ALARM)
    wang.becomes(Following.FOLLOWING, 6)
    (second,) = wang.write(ALARM)
    until(lambda: wang.holds(second))
    assert wang.stands().state is Following.FOLLOWING
    assert wang.devices() == 3
    staff.add("stranger", PersonRole.OPERATOR)
    staff.add("wang", PersonRole.OPERATOR, relays=True)
    wang.becomes(Following.FOLLOWING, 0)
    assert wang.holds(*strange, *first)


def test_what_no_server_can_hold_holds_up_nothing_else(staff: Staff, desk: Open) -> None:
    wang = desk("wang", PersonRole.OPERATOR)
    wang.write(ORDER)
    wang.becomes(Following.FOLLOWING, 0)
    with closing(Journal.open(wang.folder / JOURNAL)) as journal:
        journal.append([Draft(ALARM, "alarm/1", {}, {"note": "a\0b"})], NOW, "wang")
    wang.becomes(Following.FOLLOWING, 1)
    assert wang.stands().code == "hub.not_storable"
    (later,) = wang.write(ALARM)
    until(lambda: wang.holds(later))
    wang.becomes(Following.FOLLOWING, 1)


def test_a_laptop_is_known_by_its_device_and_keeps_it(staff: Staff, desk: Open) -> None:
    li = desk("li", PersonRole.FIELD)
    li.write(ORDER, ORDER)
    li.becomes(Following.FOLLOWING, 0)
    keep_lease(li.folder, Lease("laptop", "order", 0, "key"))
    li.write(ALARM, ORDER)
    li.becomes(Following.REFUSED, 2)
    li.write(ORDER)
    li.becomes(Following.REFUSED, 3)
    assert li.devices() == 1


@pytest.mark.parametrize("said", [None, "", "[]", '{"hub": "x"}', '{"hub": 1, "signs": ["a"], "people": 7}'])
def test_what_the_hub_never_said_refuses_nothing(staff: Staff, desk: Open, said: str | None) -> None:
    wang = desk("wang", PersonRole.VIEWER)
    if said is not None:
        (wang.folder / HUB_PEOPLE).write_text(said.replace('"hub": 1', f'"hub": "{staff.hub.identity()}"'))
    assert refused(wang.folder, ORDER) == ""
    wang.becomes(Following.FOLLOWING, 0)
    assert refused(wang.folder, ORDER) == "hub.would_refuse", "the follower has asked and written it down"
    (wang.folder / HUB_PEOPLE).unlink()
    (wang.folder / HUB_PEOPLE).mkdir()
    assert refused(wang.folder, ORDER) == ""


class Refusing(ModelHub):
    """A hub that does not take some entries, until somebody gives the right."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[EventKey] = set()

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        told = list(events)
        for event in told:
            if event.key in self.refused:
                raise AppError("hub.not_his_kind", device=event.dev, number=event.dev_seq, what=event.kind)
        return super().push(told, texts)


def refuse_one(it: Field, who: int, random: Random) -> None:
    """Of something that waits the hub says that it will not take it."""
    waiting = it.laptops[who].pending()
    if waiting:
        it.hub.refused.add(random.choice(waiting).key)


def follow(it: Field, who: int, _random: Random) -> None:
    """A turn with the hub; what is written after it reaches the hub, whatever waits."""
    laptop = it.laptops[who]
    done = exchange(laptop, it.hub)
    set_aside(Path("nowhere"), laptop, done, Rights("", (), ()))
    it.write(who, "valve.observed", "valve/V1", {"position": "open"}, 0)
    device = laptop.device()
    assert device not in exchange(laptop, it.hub).refusals
    assert not [event for event in laptop.pending() if event.dev == device]


@given(st.randoms(use_true_random=False), st.integers(1, 3), st.integers(0, 25))
def test_consoles_that_are_refused_in_between_agree_in_the_end(random: Random, size: int, steps: int) -> None:
    """Who knew what, no silent overwrite, the same state everywhere: against the record of what each had seen."""
    it = Field.of(Refusing(), MemoryLaptop, size)
    for _ in range(steps):
        who = random.randrange(len(it.laptops))
        step = random.choice(
            [_observe, _observe, _edit, _edit, _fetch_a_part, _copy, _catch_up, refuse_one, follow, follow]
        )
        step(it, who, random)
    it.hub.refused.clear()
    it.settle()
    assert contradictions(it) == []
