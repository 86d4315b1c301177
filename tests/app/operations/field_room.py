"""A centre and a laptop for tests: what the one hands out, the other writes, and bundles between them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dispatch_room import Room

from app.dispatch.acts import Note, Record, Turn
from app.dispatch.facts import FactKind
from app.errors import AppError
from app.journal.log import Journal
from app.operations.bundling import Bundled, Merged, bundle, merge
from app.operations.evidence import keep_evidence
from app.operations.taking import Along, Taken, take
from app.workspace_files import JOURNAL


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def refusal(act: Callable[[], object]) -> str:
    """Code of what *act* is refused with; "" where it is done."""
    try:
        act()
    except AppError as error:
        return error.code
    return ""


def heads(folder: Path) -> dict[str, int]:
    with closing(Journal.open(folder / JOURNAL)) as journal:
        return journal.heads()


class FieldRoom:
    """The centre's desk, and the laptop's where one was taken."""

    def __init__(self, folder: Path, tmp_path: Path) -> None:
        self.centre, self._tmp_path = Room(folder), tmp_path
        self.number = self.centre.leak()
        self.centre.crew()
        self.folder, self.laptop_folder = folder, tmp_path / "laptop"
        self.taken: Taken
        self._written = 0

    def take(self, along: Along | None = None) -> FieldRoom:
        along = along or Along("李", 14)
        self.taken = take(self.folder, self.laptop_folder, along, self.centre.now, "desk", silent)
        self.laptop = Room(self.laptop_folder, "field", self.centre.now + timedelta(minutes=1))
        return self

    def close(self) -> None:
        self.centre.close()
        if hasattr(self, "laptop"):
            self.laptop.close()

    def work(self, minutes: float = 60.0) -> None:
        """The laptop turns a valve and keeps a picture of it."""
        self.laptop.later(minutes).do(Record(self.number, FactKind.UTILITIES_CHECKED))
        self.laptop.later(1).do(Turn(self.number, "V2", "open"))
        self.photograph()

    def photograph(self, contents: bytes = b"a valve") -> str:
        picture = self._tmp_path / f"{len(contents)}.jpg"
        picture.write_bytes(contents)
        name = keep_evidence(self.laptop_folder, picture)
        self.laptop.do(Note(self.number, photo=name))
        return name

    def written(self, *, pictures: bool = True) -> Path:
        """A bundle of the laptop's."""
        self._written += 1
        out = self._tmp_path / f"{self._written}.sluice"
        self.bundled: Bundled = bundle(self.laptop_folder, out, self.laptop.now, pictures=pictures)
        return out

    def answer(self) -> Path:
        """The centre's answer."""
        self._written += 1
        out = self._tmp_path / f"{self._written}.sluice"
        self.bundled = bundle(self.folder, out, self.centre.now, laptop=self.taken.laptop[:6])
        return out

    def home(self, path: Path) -> Merged:
        """The centre takes a bundle in."""
        return merge(self.folder, path, self.centre.now, "desk")

    def heard(self, path: Path) -> Merged:
        """The laptop takes an answer in."""
        return merge(self.laptop_folder, path, self.laptop.now, "field")

    def both_ways(self) -> None:
        """Home and back."""
        self.home(self.written())
        self.heard(self.answer())


def field_room(folder: Path, tmp_path: Path, **along: object) -> FieldRoom:
    """A centre with an open leak, a crew, and a laptop that was taken."""
    return FieldRoom(folder, tmp_path).take(replace(Along("李", 14), **along))
