"""Files harmed at random: a workspace opens, or says with a code that it is damaged; it never fails otherwise."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import handmade
import pytest
from soak import soak_count

from app.care_requests import CheckFiles, FilesSound
from app.journal.log import Journal
from app.journal.writing import Draft
from app.worker.care_jobs import check_files
from app.workspace import create_workspace, open_workspace, record_valve_observed
from app.workspace_care import examine
from app.workspace_files import CACHE, JOURNAL, NETWORK
from network.assets import Position
from network.errors import CodedError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAMAGED = {
    "store.damaged",
    "store.not_a_store",
    "store.newer_schema",
    "store.older_schema",
    "journal.not_a_journal",
} | {
    "journal.newer_schema",
    "workspace.unsound",
    "workspace.tampered",
    "store.cannot_open",
}


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
    with closing(open_workspace(folder)) as workspace:
        record_valve_observed(workspace, "V1", now=NOW, actor="a", position=Position.CLOSED, note="x")
    shutil.rmtree(folder / CACHE)
    return folder


def harmed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    kind = chance.choice(["bit", "bytes", "hole", "cut"])
    at = chance.randrange(len(changed))
    if kind == "bit":
        changed[at] ^= 1 << chance.randrange(8)
    elif kind == "bytes":
        for _ in range(chance.randint(2, 200)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind == "hole":
        end = min(len(changed), at + chance.randint(1, 8192))
        changed[at:end] = bytes(end - at)
    return bytes(changed[:at]) if kind == "cut" else bytes(changed)


def use(folder: Path) -> None:
    with closing(open_workspace(folder)) as workspace:
        workspace.faults()
        workspace.store.layers()
        workspace.store.outside_edits()


def try_once(folder: Path, chance: random.Random) -> None:
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    path = copy / chance.choice([NETWORK, JOURNAL])
    path.write_bytes(harmed(path.read_bytes(), chance))
    for action in (examine, use):
        try:
            action(copy)
        except CodedError as refusal:
            if refusal.code not in DAMAGED:
                raise


def test_harmed_at_random(folder: Path) -> None:
    chance = random.Random(4)
    for _ in range(40):
        try_once(folder, chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_harmed_at_random_very_often(folder: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for _ in range(soak_count(3000)):
        try_once(folder, chance)


def test_contents_that_nobody_wrote(folder: Path) -> None:
    """The file is sound as a file, and the journal's chain tells that its contents are not."""
    path = folder / JOURNAL
    path.write_bytes(path.read_bytes().replace(b'{"position":"closed"', b'{"position":"clozed"'))
    with pytest.raises(CodedError) as caught:
        open_workspace(folder)
    assert caught.value.code == "workspace.tampered"


# At every opening what can be looked at in no time; then everything, while the workspace is in use


def page(path: Path, number: int) -> None:
    """Spoil a page of the database as a disk would."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    spoilt = bytes(one ^ 0xFF for one in content[number * size : (number + 1) * size])
    content[number * size : (number + 1) * size] = spoilt
    path.write_bytes(content)


def pages(path: Path) -> int:
    content = path.read_bytes()
    return len(content) // int.from_bytes(content[16:18], "big")


def refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except CodedError as error:
        return error.code
    return ""


@pytest.fixture
def long_log(folder: Path) -> Path:
    """A journal of so many events that the latest of them are few of its pages."""
    with closing(Journal.open(folder / JOURNAL)) as journal:
        drafts = [Draft("alarm.noted", f"alarm/{number}", {"words": "x" * 300}) for number in range(1_500)]
        journal.append(drafts, NOW, "a")
        journal.settle()
    with closing(open_workspace(folder)) as workspace:
        workspace.journal.settle()
    return folder


def test_wherever_a_page_is_spoilt_the_opening_or_the_look_after_it_says_so(long_log: Path, tmp_path: Path) -> None:
    opened = 0
    for name, step in ((JOURNAL, 16), (NETWORK, 16)):
        of = pages(long_log / name)
        assert of > 4 * step
        for number in (0, 1, *range(2, of, step), of - 1):
            copy = Path(shutil.copytree(long_log, tmp_path / f"{name}-{number}"))
            page(copy / name, number)
            at_opening = refusal(lambda: open_workspace(copy).close())  # noqa: B023 - called at once
            later = refusal(lambda: check_files(CheckFiles(copy), silent))  # noqa: B023
            assert at_opening in DAMAGED | {""}
            assert later in DAMAGED, (name, number)
            opened += not at_opening
            shutil.rmtree(copy)
    assert opened, "pages that no opening reads: the reason for looking after it"


def test_what_came_last_is_looked_at_whenever_a_journal_is_opened(long_log: Path) -> None:
    """A file that is sound as a file, in which an event of the end, or of long ago, was changed."""
    content = (long_log / JOURNAL).read_bytes()
    for number, code in ((1_499, "workspace.tampered"), (1_490, "workspace.tampered"), (3, "")):
        of = f"alarm/{number}".encode()
        told = of + b'{"words":"x'
        assert content.count(told) == 1
        (long_log / JOURNAL).write_bytes(content.replace(told, told[:-1] + b"y"))
        assert refusal(lambda: open_workspace(long_log).close()) == code
        assert refusal(lambda: check_files(CheckFiles(long_log), silent)) == "workspace.tampered"


@pytest.mark.parametrize("name", [NETWORK, JOURNAL])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_short_is_not_opened(folder: Path, name: str, share: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * share)])
    assert refusal(lambda: open_workspace(folder).close()) == "workspace.unsound"


def test_a_sound_workspace_is_found_sound_while_it_is_open(folder: Path) -> None:
    with closing(open_workspace(folder)):
        assert check_files(CheckFiles(folder), silent) == FilesSound(folder)
