"""Pictures go by the hub: after their entries, in parts, whole or not at all, and to who may see them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from followers import refusal_of
from hub_staff import NOW, Staff, staff_of
from servers import Postgres

from app.errors import AppError
from app.journal import hub_pictures as rules
from app.journal.events import Draft, hash_of
from app.journal.hub import HubJournal
from app.journal.hub_people import publish_zones, remove_person
from app.journal.hub_pictures import KeepsPictures
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.operations.evidence import evidence_path, keep_evidence
from app.operations.hub import join_hub, make_hub
from app.operations.hub_pictures import carry_one
from app.workspace_files import EVIDENCE, JOURNAL, NETWORK
from app.workspace_lease import Lease, keep_lease

LARGE = b"\xff\xd8 a large picture " * 150_000
"""Three parts."""


@pytest.fixture
def folders(tmp_path: Path, database: str) -> tuple[Path, Path]:
    """Two workspaces that follow one hub; the first has a picture and a sound, and a picture that nobody names."""
    first = tmp_path / "first"
    first.mkdir()
    (first / NETWORK).touch()
    with closing(Journal.create(first / JOURNAL)) as journal:
        journal.append([Draft("workspace.created", "workspace", {"name": "城"})], NOW, "a")
    make_hub(first, database)
    second = Path(shutil.copytree(first, tmp_path / "second"))
    with closing(Journal.open(first / JOURNAL)) as journal:
        for name, contents in (("p.jpg", LARGE), ("s.wav", b"RIFF"), ("n.png", b"nobody's")):
            (tmp_path / name).write_bytes(contents)
            kept = keep_evidence(first, tmp_path / name)
            if name != "n.png":
                role = "photo" if name == "p.jpg" else "sound"
                journal.append([Draft("incident.noted", "incident/W1", {role: kept})], NOW, "a")
    return first, second


def all_of(folder: Path, journal: Journal, hub: KeepsPictures) -> int:
    """How many pictures went or came until none was left."""
    count = 0
    while carry_one(folder, journal, hub):
        count += 1
    return count


def carried(folder: Path, hub: HubJournal) -> int:
    """As above."""
    with closing(Journal.open(folder / JOURNAL)) as journal:
        return all_of(folder, journal, hub)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / EVIDENCE).rglob("*") if path.is_file()}


def test_they_come_after_the_entries_that_name_them(folders: tuple[Path, Path], database: str) -> None:
    first, second = folders
    with closing(HubJournal.open(database)) as hub:
        assert carried(first, hub) == 0, "the hub has no entry that names them yet"
        join_hub(first, database)
        assert carried(first, hub) == 2
        join_hub(second, database)
        assert carried(second, hub) == 2
        assert carried(first, hub) == carried(second, hub) == 0
    named = {name: contents for name, contents in kept(first).items() if not name.endswith(".png")}
    assert kept(second) == named
    assert len(named) == 2


def test_one_that_is_harmed_does_not_hold_up_the_others(folders: tuple[Path, Path], database: str) -> None:
    first, second = folders
    join_hub(first, database)
    join_hub(second, database)
    names = sorted(name for name in kept(first) if not name.endswith(".png"))
    harmed = next((first / EVIDENCE).rglob(names[0]))
    harmed.chmod(0o600)
    harmed.write_bytes(b"harmed")
    with closing(HubJournal.open(database)) as hub:
        assert refusal_of(lambda: carried(first, hub)) == "hub.false_picture"
        assert carried(second, hub) == 1
    assert set(kept(second)) == {names[1]}


class CutShort:
    """A hub that is lost after so many parts."""

    def __init__(self, hub: HubJournal, parts: int) -> None:
        self._hub, self._left = hub, parts
        self.asked: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._hub, name)

    def keeps_pictures(self) -> bool:
        return True

    def pictures(self) -> dict[str, tuple[str, int]]:
        return self._hub.pictures()

    def lacking_pictures(self, names: Sequence[str]) -> list[str]:
        return self._hub.lacking_pictures(names)

    def bring_part(self, about: str, name: str, ending: str, size: int, number: int, part: bytes) -> int:
        self._spend(number)
        return self._hub.bring_part(about, name, ending, size, number, part)

    def picture_part(self, name: str, number: int) -> bytes:
        self._spend(number)
        return self._hub.picture_part(name, number)

    def _spend(self, number: int) -> None:
        if not self._left:
            raise AppError("hub.gone", server="x")
        self._left -= 1
        self.asked.append(number)


def test_what_was_cut_short_goes_on_where_it_was(folders: tuple[Path, Path], database: str) -> None:
    first, second = folders
    join_hub(first, database)
    join_hub(second, database)
    large = hashlib.sha256(LARGE).hexdigest()
    for folder in folders:
        with closing(HubJournal.open(database)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
            # Whatever comes first by name: the small one takes one part, the large one is cut after two.
            cut = CutShort(hub, 2 if min(large, *kept(first)) == large else 3)
            assert refusal_of(lambda: all_of(folder, journal, cut)) == "hub.gone"  # noqa: B023 - called at once
            assert evidence_path(second, large) is None
            again = CutShort(hub, 99)
            all_of(folder, journal, again)
            assert 2 in again.asked
            assert 1 not in again.asked, "what was there is not sent again"
    assert kept(second).items() <= kept(first).items()
    assert not any((second / EVIDENCE / ".incoming").iterdir())


@pytest.fixture
def staff(postgres_server: Postgres, database: str, tmp_path: Path) -> Iterator[Staff]:
    with staff_of(postgres_server, database, tmp_path) as made:
        yield made


def test_the_server_takes_what_an_entry_names_and_what_it_says_it_is(staff: Staff, database: str) -> None:
    li, viewer = staff.add("li", PersonRole.FIELD), staff.add("sun", PersonRole.VIEWER)
    contents = b"x" * (rules.PART_BYTES + 7)
    name, size = hashlib.sha256(contents).hexdigest(), len(contents)
    first, last = contents[: rules.PART_BYTES], contents[rules.PART_BYTES :]

    def refused(hub: HubJournal, *said: object) -> str:
        return refusal_of(lambda: hub.bring_part(*said))  # type: ignore[arg-type]

    assert refused(li, "incident/W1", name, "jpg", size, 0, first) == "hub.picture_unnamed"
    # JSON as it is written, and none as it is read.
    (odd,) = staff.journal().append([Draft("incident.noted", "incident/W1", {})], NOW, "li")
    odd = replace(odd, body='{"photo":"\\ud800"}')
    li.push([replace(odd, hash=hash_of(odd))])
    assert refused(li, "incident/W1", name, "jpg", size, 0, first) == "hub.picture_unnamed"
    li.push(staff.journal().append([Draft("incident.noted", "incident/W1", {"photo": name})], NOW, "li"))
    for wrong in (
        ("incident/W1", name, "exe", size, 0, first),
        ("incident/W1", "../x", "jpg", size, 0, first),
        ("incident/W1", name, "jpg", rules.LARGEST_BYTES + 1, 0, first),
        ("incident/W1", name, "jpg", size, 0, first + b"y"),
        ("incident/W1", name, "jpg", size, 0, b""),
    ):
        assert refused(li, *wrong) == "hub.false_picture"
    assert refused(li, "incident/W2", name, "jpg", size, 0, first) == "hub.picture_unnamed"
    assert refused(viewer, "incident/W1", name, "jpg", size, 0, first) == "hub.not_his_kind"
    # Something else under that name is dropped as a whole, a part too short or too long as well.
    assert li.bring_part("incident/W1", name, "jpg", size, 0, b"y" * rules.PART_BYTES) == 1
    assert li.bring_part("incident/W1", name, "jpg", size, 0, first) == 1, "the next is wanted, whoever brought this"
    assert refused(li, "incident/W1", name, "jpg", size, 1, last) == "hub.false_picture"
    assert refused(li, "incident/W1", name, "jpg", size, 0, b"short") == "hub.false_picture"
    assert li.bring_part("incident/W1", name, "png", 3 * size, 0, first) == 1
    assert li.pictures() == {}
    assert li.bring_part("incident/W1", name, "jpg", size, 0, first) == 1, "another size was announced: begun anew"
    assert li.bring_part("incident/W1", name, "jpg", size, 1, last) == -1
    assert li.bring_part("incident/W1", name, "jpg", size, 0, b"z") == -1, "whole it stays as it is"
    assert viewer.pictures() == {name: ("jpg", size)}
    assert viewer.picture_part(name, 0) + viewer.picture_part(name, 1) == contents
    assert viewer.picture_part(name, 2) == b""
    remove_person(staff.hub, staff.login("li"), 7)
    assert refused(li, "incident/W1", name, "jpg", size, 0, first) == "hub.gone"
    with psycopg.connect(staff.server.database(staff.name, staff.login("sun")), autocommit=True) as his:
        for statement in ("DELETE FROM sluice.picture", "UPDATE sluice.picture_part SET bytes = ''"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                his.execute(statement.encode())


def test_they_are_shown_as_the_words_of_their_incidents_are(staff: Staff, tmp_path: Path) -> None:
    ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)]
    publish_zones(staff.hub, {"East": [[ring]], "West": [[[(x - 20, y) for x, y in ring]]]})
    wang, journal = staff.add("wang", PersonRole.OPERATOR), staff.journal()
    name = hashlib.sha256(b"east").hexdigest()
    drafts = [
        Draft("incident.opened", "incident/E", {"x_m": 1.0, "y_m": 1.0}),
        Draft("incident.noted", "incident/E", {"photo": name}),
    ]
    wang.push(journal.append(drafts, NOW, "wang"))
    assert wang.bring_part("incident/E", name, "jpg", 4, 0, b"east") == -1
    east, west = (staff.add(zone.lower(), PersonRole.FIELD, zone) for zone in ("East", "West"))
    assert list(east.pictures()) == [name]
    assert east.picture_part(name, 0) == b"east"
    assert west.pictures() == {}
    assert west.picture_part(name, 0) == b""


def test_who_may_bring_nothing_or_is_not_shown_all_comes_to_an_end(staff: Staff, tmp_path: Path) -> None:
    """A console that was made of another's copy: what it holds is there already, or is not taken from it."""
    publish_zones(staff.hub, {"West": [[[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)]]]})
    journal, pictures = staff.journal(), [b"held and there", b"held here alone", b"there alone"]
    names = [hashlib.sha256(one).hexdigest() for one in pictures]
    noted = journal.append([Draft("incident.noted", "incident/W1", {"photo": name}) for name in names], NOW, "wang")
    staff.hub.push(noted)
    journal.take_in(staff.hub.pull(0).events)
    for at in (0, 2):
        assert staff.hub.bring_part("incident/W1", names[at], "jpg", len(pictures[at]), 0, pictures[at]) == -1
    for number, contents in enumerate(pictures[:2]):
        (tmp_path / f"{number}.jpg").write_bytes(contents)
        keep_evidence(tmp_path, tmp_path / f"{number}.jpg")
    viewer = staff.add("sun", PersonRole.VIEWER)
    assert refusal_of(lambda: all_of(tmp_path, journal, viewer)) == "hub.not_his_kind"
    assert evidence_path(tmp_path, names[2]) is not None, "what the others have comes all the same"
    west = staff.add("li", PersonRole.FIELD, "West")
    assert west.pictures() == {}
    assert all_of(tmp_path, journal, west) == 1
    assert set(staff.hub.pictures()) == set(names)


def test_a_laptop_sends_and_fetches_nothing(folders: tuple[Path, Path], database: str) -> None:
    first, second = folders
    join_hub(first, database)
    join_hub(second, database)
    lease = Lease("0" * 16, "o", 9, "c")
    keep_lease(first, lease)
    keep_lease(second, replace(lease, laptop="1" * 16))
    with closing(HubJournal.open(database)) as hub:
        assert carried(first, hub) == 2
        assert carried(second, hub) == 0


def test_what_a_hub_holds_falsely_is_not_kept(folders: tuple[Path, Path], database: str) -> None:
    first, second = folders
    join_hub(first, database)
    join_hub(second, database)
    with closing(HubJournal.open(database)) as hub:
        carried(first, hub)
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("UPDATE sluice.picture_part SET bytes = 'changed' WHERE nr = 0")
        for _ in range(2):
            assert refusal_of(lambda: carried(second, hub)) == "hub.false_picture"
        assert kept(second) == {}
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("UPDATE sluice.hub SET schema = 4")
        assert carried(second, hub) == 0, "a hub of the version before keeps none"
