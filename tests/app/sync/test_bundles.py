"""A bundle that is signed well and says anything at all: it is read or refused in a sentence, never a crash.

Whoever has a laptop has what it signs with: a good signature says who wrote it, and not that it makes sense.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from harmed_texts import harmed
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.errors import AppError
from app.journal.events import Draft, canonical
from app.journal.log import Journal
from app.sync import bundles
from app.sync.bundles import EVENTS, TEXTS, Bundle, Contents, Letter, write_bundle
from app.sync.keys import id_of, make_key, public_key, sign

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
LETTER = Letter("", "O", 0, 2, "h", 1_772_000_000_000, ("a" * 64,))
PICTURE = b"\xff\xd8 no picture, but bytes"
REFUSALS = {"bundle.altered", "bundle.unsound", "bundle.truncated"}


class Signed:
    """A laptop that writes bundles, sound ones and others."""

    def __init__(self, folder: Path) -> None:
        self.path, self.key = folder / "x.sluice", folder / "key"
        self.signer = id_of(make_key(self.key))
        picture = folder / f"{bundles._digest(PICTURE)}.jpg"
        picture.write_bytes(PICTURE)
        with closing(Journal.create(folder / "journal.sqlite")) as journal:
            facts = [Draft("incident.noted", "incident/W1", {"n": at}, {"note": "水从路面涌出"}) for at in range(3)]
            self.contents = Contents(events := journal.append(facts, NOW, "li"), journal.texts(events), [picture])
        self.sign = partial(sign, self.key)
        write_bundle(self.path, LETTER, self.contents, self.signer, self.sign)
        self.good = self.path.read_bytes()
        (length,) = struct.unpack(">I", self.good[bundles._HEAD.size - 4 : bundles._HEAD.size])
        self.manifest = self.good[bundles._HEAD.size : bundles._HEAD.size + length]
        self.members = self.good[bundles._HEAD.size + length :]

    def lines(self, role: str) -> bytes:
        """What is packed in the member *role*."""
        at = 0
        for named, _, size, *_ in json.loads(self.manifest)["members"]:
            if named == role:
                return zlib.decompress(self.members[at : at + size])
            at += size
        raise AssertionError(role)

    def write(self, manifest: bytes, members: bytes) -> None:
        """A bundle of these, with a signature that is good."""
        signature = self.sign(bundles._signed(self.signer, manifest))
        head = bundles._HEAD.pack(bundles.MARK, bytes.fromhex(self.signer), signature, len(manifest))
        self.path.write_bytes(head + manifest + members)

    def read(self) -> str:
        """Read all of it: code of the refusal, "" where it is read."""
        try:
            with closing(Bundle.open(self.path, lambda _: public_key(self.key))) as bundle:
                bundle.check()
                assert all(len(event.hash) <= len(self.good) * 100 for event in bundle.events())
                bundle.texts()
                assert all(re.fullmatch(r"[0-9a-f]{64}\.[a-z0-9]+", name) for name, _ in bundle.pictures())
        except AppError as error:
            return error.code
        return ""


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return Signed(tmp_path_factory.mktemp("laptop"))


def test_what_is_harmed_below_is_sound(laptop: Signed) -> None:
    laptop.write(laptop.manifest, laptop.members)
    assert laptop.path.read_bytes() == laptop.good
    assert laptop.read() == ""
    assert laptop.lines(EVENTS).count(b"\n") == laptop.lines(TEXTS).count(b"\n") == 3


@soak_examples(20_000, usual=300)
@given(data=st.data())
def test_any_manifest_with_a_good_signature_is_read_or_refused(laptop: Signed, data: st.DataObject) -> None:
    laptop.write(data.draw(harmed(laptop.manifest)), laptop.members)
    assert laptop.read() in REFUSALS | {""}


@soak_examples(20_000, usual=300)
@given(role=st.sampled_from([EVENTS, TEXTS]), data=st.data())
def test_any_lines_with_a_good_signature_are_read_or_refused(laptop: Signed, role: str, data: st.DataObject) -> None:
    lines = data.draw(harmed(laptop.lines(role)))
    packed = zlib.compress(lines)
    member = [role, "", len(packed), len(lines), bundles._digest(packed)]
    manifest = {**vars(LETTER), "missing": [], "members": [member]}
    laptop.write(canonical(manifest).encode(), packed)
    assert laptop.read() in REFUSALS | {""}
