"""Whatever is wrong with a bundle: one clear sentence, and nothing is changed at the centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from dispatch_room import make_city
from field_room import FieldRoom, field_room, heads, refusal

from app.journal.events import NO_HASH, Event, hash_of
from app.journal.log import Journal
from app.journal.writing import free_text
from app.messages import LANGUAGES, load_words
from app.operations.bundling import merge
from app.operations.taking import Along, take
from app.sync import bundles
from app.sync.bundles import Bundle, Contents, Letter, write_bundle
from app.sync.keys import id_of, make_key, public_key, sign
from app.workspace_files import EVIDENCE, JOURNAL, SIGNING_KEY
from network.errors import CodedError

WORDS = [load_words(language) for language in LANGUAGES]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldRoom]:
    """A laptop that has something to tell; nothing here changes the centre, so one does for all."""
    place = tmp_path_factory.mktemp("field")
    room = field_room(make_city(place / "city"), place)
    room.work()
    yield room
    room.close()


@pytest.fixture(scope="module")
def good(room: FieldRoom) -> bytes:
    return room.written().read_bytes()


@pytest.fixture
def unchanged(room: FieldRoom) -> Iterator[None]:
    before = heads(room.folder)
    yield
    assert heads(room.folder) == before
    assert not (room.folder / EVIDENCE).exists()


def refused(room: FieldRoom, path: Path) -> str:
    """Code of the refusal, whose sentence is one line in both languages."""
    try:
        merge(room.folder, path, room.centre.now, "desk")
    except CodedError as error:
        code, detail = error.code, error.detail
        for words in WORDS:
            assert "\n" not in words.refusal(code, detail).strip()
        return code
    return ""


Harm = Callable[[bytes], bytes]
HARMS: dict[str, tuple[Harm, str]] = {
    "nothing in it": (lambda _: b"", "bundle.not_a_bundle"),
    "a picture": (lambda _: b"\xff\xd8\xff\xe0" * 100, "bundle.not_a_bundle"),
    "of tomorrow": (lambda good: b"SLUICE-2" + good[8:], "bundle.newer"),
    "cut in its head": (lambda good: good[:50], "bundle.truncated"),
    "cut in its manifest": (lambda good: good[:200], "bundle.truncated"),
    "cut in its members": (lambda good: good[:-1], "bundle.truncated"),
    "with something behind": (lambda good: good + b"x", "bundle.altered"),
    "with another signature": (lambda good: good[:16] + bytes(64) + good[80:], "bundle.altered"),
    "with another length": (lambda good: good[:80] + b"\xff\xff\xff\xff" + good[84:], "bundle.altered"),
    "of a stranger": (lambda good: good[:8] + bytes(8) + good[16:], "bundle.foreign"),
    "changed in its manifest": (lambda good: good.replace(b'"made_ms":1', b'"made_ms":2', 1), "bundle.altered"),
    "changed in its last picture": (lambda good: good[:-1] + bytes([good[-1] ^ 1]), "bundle.altered"),
}


@pytest.mark.parametrize("name", HARMS)
@pytest.mark.usefixtures("unchanged")
def test_harmed_on_the_way(room: FieldRoom, good: bytes, tmp_path: Path, name: str) -> None:
    harm, code = HARMS[name]
    path = tmp_path / "x.sluice"
    path.write_bytes(harm(good))
    assert refused(room, path) == code


@pytest.mark.usefixtures("unchanged")
def test_any_bit_and_any_cut(room: FieldRoom, good: bytes, tmp_path: Path) -> None:
    random, path = Random(8), tmp_path / "x.sluice"
    for _ in range(150):
        harmed = bytearray(good)
        if random.random() < 0.3:
            del harmed[random.randrange(len(good)) :]
        else:
            harmed[random.randrange(len(good))] ^= 1 << random.randrange(8)
        path.write_bytes(harmed)
        assert refused(room, path) in {
            "bundle.not_a_bundle", "bundle.newer", "bundle.truncated", "bundle.altered", "bundle.foreign",
        }  # fmt: skip
    assert refused(room, tmp_path / "none.sluice") == "bundle.not_read"


# Signed by a laptop that is no longer what it was


@pytest.fixture(scope="module")
def told(room: FieldRoom, good: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Letter, list[Event]]:
    # A file of its own: the room numbers what is brought home, and writes over what others brought.
    path = tmp_path_factory.mktemp("told") / "good.sluice"
    path.write_bytes(good)
    with closing(Bundle.open(path, lambda _: public_key(room.laptop_folder / SIGNING_KEY))) as bundle:
        return bundle.letter, bundle.events()


def signed(room: FieldRoom, path: Path, letter: Letter, events: list[Event], pictures: tuple[Path, ...] = ()) -> Path:
    key = room.laptop_folder / SIGNING_KEY
    write_bundle(path, letter, Contents(events, (), pictures), room.taken.laptop, partial(sign, key))
    return path


def rehashed(event: Event, **fields: Any) -> Event:
    changed = replace(event, **fields)
    return replace(changed, hash=hash_of(changed))


def _of_the_centre(room: FieldRoom) -> Event:
    """An event that would go on where a device of the centre's left off."""
    with closing(Journal.open(room.folder / JOURNAL)) as journal:
        last = list(journal.events())[-1]
    return rehashed(last, dev_seq=last.dev_seq + 1, prev_hash=last.hash, hub_seq=None, recv_at_ms=None)


FORGED: dict[str, tuple[Callable[[FieldRoom, list[Event]], list[Event]], str]] = {
    "in another order": (lambda _, events: events[::-1], "bundle.disordered"),
    "twice": (lambda _, events: [*events, events[-1]], "bundle.disordered"),
    "with places of its own": (lambda _, events: [replace(one, hub_seq=1) for one in events], "bundle.disordered"),
    "without the first": (lambda _, events: events[1:], "journal.broken_chain"),
    "without one in the middle": (lambda _, events: [*events[:1], *events[2:]], "journal.broken_chain"),
    "changed": (lambda _, events: [replace(events[0], actor="x"), *events[1:]], "journal.broken_chain"),
    "rewritten": (lambda _, events: [rehashed(events[0], actor="x"), *events[1:]], "journal.broken_chain"),
    "knowing the future": (lambda _, events: [rehashed(events[0], base=999)], "journal.broken_chain"),
    "by a clock of its own": (lambda _, events: [rehashed(events[0], hlc="zzz")], "journal.broken_chain"),
    "no JSON": (lambda _, events: [rehashed(events[0], body="{")], "journal.broken_chain"),
    "no object": (lambda _, events: [rehashed(events[0], body="[]")], "journal.broken_chain"),
    "beyond all numbers": (lambda _, events: [rehashed(events[0], base=2**63)], "bundle.unsound"),
    "of the hub itself": (lambda _, events: [rehashed(events[0], dev="@hub")], "journal.broken_chain"),
    "of a device of the centre's": (lambda room, _: [_of_the_centre(room)], "bundle.not_its_device"),
    "another past of the centre's": (
        lambda room, _: [rehashed(_of_the_centre(room), dev_seq=1, prev_hash=NO_HASH)],
        "journal.forked",
    ),
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.usefixtures("unchanged")
def test_signed_and_wrong(room: FieldRoom, told: tuple[Letter, list[Event]], tmp_path: Path, name: str) -> None:
    forge, code = FORGED[name]
    letter, events = told
    assert refused(room, signed(room, tmp_path / "x.sluice", letter, forge(room, events))) == code


@pytest.mark.usefixtures("unchanged")
def test_signed_for_somebody_else(room: FieldRoom, told: tuple[Letter, list[Event]], tmp_path: Path) -> None:
    letter, events = told
    reach = letter.reach + 50
    for changed, code in (
        (replace(letter, order="x"), "bundle.for_another"),
        (replace(letter, to=room.taken.laptop), "bundle.for_another"),
        (replace(letter, reach_hash="x"), "bundle.for_another"),
        (replace(letter, reach=reach), "bundle.ahead"),
        (replace(letter, since=-1), "bundle.unsound"),
        (replace(letter, missing=(1,)), "bundle.unsound"),  # type: ignore[arg-type]
    ):
        assert refused(room, signed(room, tmp_path / "x.sluice", changed, events)) == code
    # The centre's own answer, on the centre; the laptop's own bundle, on the laptop.
    room.laptop.later(1)
    own = room.written()
    assert refusal(lambda: room.heard(own)) == "bundle.own"
    other = make_city(tmp_path / "other")
    take(other, tmp_path / "second", Along("王", 3), room.centre.now, "a", lambda *_: None)
    assert refusal(lambda: merge(other, own, room.centre.now, "a")) == "bundle.foreign"
    assert refusal(lambda: merge(tmp_path / "second", own, room.centre.now, "a")) == "bundle.foreign"


@pytest.mark.usefixtures("unchanged")
def test_words_that_are_not_what_was_signed_for(
    room: FieldRoom, told: tuple[Letter, list[Event]], tmp_path: Path
) -> None:
    letter, events = told
    key, texts = room.laptop_folder / SIGNING_KEY, [replace(free_text("a"), content="b")]
    write_bundle(tmp_path / "x", letter, Contents(events, texts, ()), room.taken.laptop, partial(sign, key))
    assert refused(room, tmp_path / "x") == "journal.text_changed"


@pytest.mark.usefixtures("unchanged")
def test_an_answer_belongs_on_the_laptop(room: FieldRoom) -> None:
    assert refused(room, room.answer()) == "bundle.for_the_laptop"


MANIFESTS = [b"", b"null", b"[]", b"{}", b"\xff", b'{"members":[]}', b"[" * 100_000, b'{"members":[[1]],"missing":[]}']


@pytest.mark.parametrize("manifest", MANIFESTS, ids=range(len(MANIFESTS)))
@pytest.mark.usefixtures("unchanged")
def test_a_manifest_that_is_none(room: FieldRoom, tmp_path: Path, manifest: bytes) -> None:
    assert refused(room, by_hand(room, tmp_path, manifest)) == "bundle.unsound"


def by_hand(room: FieldRoom, tmp_path: Path, manifest: bytes, members: bytes = b"") -> Path:
    signer = room.taken.laptop
    signature = sign(room.laptop_folder / SIGNING_KEY, bundles._signed(signer, manifest))
    head = bundles._HEAD.pack(bundles.MARK, bytes.fromhex(signer), signature, len(manifest))
    (tmp_path / "x.sluice").write_bytes(head + manifest + members)
    return tmp_path / "x.sluice"


ZEROS = "a" * 64
MEMBERS = [
    ["picture", "../../escape.jpg", 1, 1, ZEROS],
    ["picture", f"{ZEROS}.sh", 1, 1, ZEROS],
    ["picture", f"{ZEROS}.jpg", 1, 1, "b" * 64],
    ["picture", f"{ZEROS}.jpg", 60 * 2**20, 60 * 2**20, ZEROS],
    ["events", "", 100, 100_000_000, ZEROS],
    ["events", "", -1, 1, ZEROS],
    ["events", "", True, 1, ZEROS],
    ["program", "", 1, 1, ZEROS],
    [["events"], "", 1, 1, ZEROS],
    ["events", "", 1, 1, 7],
]


@pytest.mark.parametrize("member", MEMBERS, ids=range(len(MEMBERS)))
@pytest.mark.usefixtures("unchanged")
def test_members_that_lead_elsewhere_or_swell(
    room: FieldRoom, told: tuple[Letter, list[Event]], tmp_path: Path, member: list[Any]
) -> None:
    letter = vars(told[0]) | {"missing": [], "members": [member]}
    assert refused(room, by_hand(room, tmp_path, bundles.canonical(letter).encode())) == "bundle.unsound"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("lines", [b"x", b"null\n", b"[1,2]\n", b"[" * 50_000, b"\xff\n"], ids=range(5))
def test_members_that_say_nothing(
    room: FieldRoom, told: tuple[Letter, list[Event]], tmp_path: Path, lines: bytes
) -> None:
    packed = bundles.zlib.compress(lines)
    for contents, size in ((packed, len(lines)), (packed, len(lines) + 1), (lines, len(lines))):
        for role in ("events", "texts"):
            member = [role, "", len(contents), size, bundles._digest(contents)]
            letter = vars(told[0]) | {"missing": [], "members": [member]}
            path = by_hand(room, tmp_path, bundles.canonical(letter).encode(), contents)
            assert refused(room, path) == "bundle.unsound"


def test_a_key_that_is_lost_or_cannot_be_kept(tmp_path: Path) -> None:
    key = tmp_path / "key"
    assert len(id_of(make_key(key))) == 16
    assert refusal(lambda: make_key(key)) == "bundle.key_not_kept"
    key.write_bytes(b"short")
    assert refusal(lambda: sign(key, b"")) == "bundle.no_key"
    key.unlink()
    assert refusal(lambda: sign(key, b"")) == "bundle.no_key"
