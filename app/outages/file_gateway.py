"""Notices through a folder: for gateways that take files and put their receipts beside them.

Beside ``NAME.json``, a list of ``{"id", "to", "text"}`` (and ``"replaces"``), the gateway puts
``NAME.receipts.json``, a list of ``{"id", "receipt"}`` or ``{"id", "error"}``, at once or hours later, in pieces and
more than once if it likes. A file appears whole or not at all. What stands in a file has left the house: nobody is
written into a second one until the gateway has said something, however often :func:`app.outages.delivery.deliver` is
run. So the gateway leaves a file where it is until its receipts are there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from app.errors import AppError
from app.outages.form_gateway import FormGateway, form_in
from app.outages.gateway import TOGETHER, Answer, Gateway, HttpGateway, Message, NoAnswer, answers_in
from app.typed_paths import typed_path
from gis.errors import GisError
from gis.exchange.tables import whole_file

ENDING, RECEIPTS = ".json", ".receipts.json"
LARGEST_BYTES = 64 * 2**20


def gateway_at(address: str) -> Gateway:
    """The gateway at *address*: a server, a file that describes one (.toml), or a folder.

    Raises:
        AppError: ``notice.no_folder``, and what :class:`~app.outages.gateway.HttpGateway` and
            :func:`~app.outages.form_gateway.form_in` raise.
        GisError: What the keyring raises.
    """
    if "://" in address:
        return HttpGateway(address)
    path = typed_path(address)
    return FormGateway(form_in(path)) if path.suffix.lower() == ".toml" else FileGateway(path)


class FileGateway:
    """A gateway behind a folder. Opened by one process at a time, which is the one that sends.

    Attributes:
        largest: So many messages in a file.

    Args:
        folder: It must exist.

    Raises:
        AppError: ``notice.no_folder``.
    """

    largest = TOGETHER

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise AppError("notice.no_folder", path=str(folder))
        self._folder = folder
        self._said: dict[str, Answer] = {}
        self._read: dict[Path, tuple[int, int]] = {}

    @cached_property
    def _written(self) -> set[str]:
        """Ids that stand in a file; only we write such files."""
        return {name for path in self._folder.glob(f"*{ENDING}") for name in _ids_in(path)}

    def send(self, messages: Sequence[Message]) -> Sequence[Answer] | NoAnswer:
        """Write *messages* into a file of their own, but for those that stand in one; what receipts say of them."""
        new = [one for one in messages if one.id not in self._written]
        if new:
            name = hashlib.sha256("\n".join(one.id for one in new).encode()).hexdigest()[:16]
            rows = [one.record for one in new]
            try:
                with whole_file(self._folder / f"{name}{ENDING}") as partial:
                    partial.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
            except GisError as error:
                # A file that is not there whole is not there at all: nothing has left.
                return NoAnswer(True, str(error.detail.get("why", error.code)))
            self._written.update(one.id for one in new)
        return self.taken([one.id for one in messages])

    def taken(self, ids: Sequence[str]) -> Sequence[Answer]:
        """What receipts say of *ids*; those that stand in a file without one are on their way."""
        self._look()
        waiting = (Answer(one, on_its_way=True) for one in ids if one in self._written and one not in self._said)
        return (*(self._said[one] for one in ids if one in self._said), *waiting)

    def _look(self) -> None:
        """Take in receipts that are new; the first word about a message holds."""
        for path in sorted(self._folder.glob(f"*{RECEIPTS}")):
            stamp = _stamp(path)
            if stamp is None or self._read.get(path) == stamp:
                continue
            self._read[path] = stamp
            answers = answers_in(_held(path))
            for one in () if isinstance(answers, NoAnswer) else answers:
                self._said.setdefault(one.id, one)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        # Gone since it was listed.
        return None
    return found.st_mtime_ns, found.st_size


def _ids_in(path: Path) -> Iterator[str]:
    if path.name.endswith(RECEIPTS) or path.name.startswith("."):
        return
    try:
        rows = json.loads(_held(path))
    except (ValueError, RecursionError):
        # Somebody else's: our own files are whole.
        return
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            yield row["id"]


def _held(path: Path) -> bytes:
    """What the file holds; nothing where it is being written, is gone again, or is too large."""
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else b""
    except OSError:
        return b""
