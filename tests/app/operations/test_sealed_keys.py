"""A key that lies in the keyring: who has the folder alone signs nothing, its owner signs as before."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_room import make_city
from field_room import FieldRoom, field_room
from keyrings import MemoryKeyring, tool

from app.bootstrap import main
from app.errors import AppError
from app.operations.bundling import bundle, merge
from app.operations.secrets_kept import keep_password, seal_key, unseal_key
from app.sync.keys import make_key, public_key
from app.sync.membership import Membership, keep_membership
from app.workspace_files import SEALED_KEY, SIGNING_KEY
from gis.errors import GisError


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FieldRoom]:
    room = field_room(make_city(tmp_path / "city"), tmp_path)
    yield room
    room.close()


def test_a_sealed_key_signs_for_who_has_the_keyring(room: FieldRoom, tmp_path: Path) -> None:
    folder, keyring, out = room.laptop_folder, MemoryKeyring(), tmp_path / "x.sluice"
    key, secret = public_key(folder / SIGNING_KEY), (folder / SIGNING_KEY).read_bytes()
    keyring.broken = True
    with pytest.raises(GisError, match="refused"):
        seal_key(folder, keyring)
    assert (folder / SIGNING_KEY).read_bytes() == secret, "it stays where it is"
    keyring.broken = False
    assert seal_key(folder, keyring) == "memory"
    assert not (folder / SIGNING_KEY).exists()
    assert not any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert public_key(folder / SIGNING_KEY) == key, "whose it is anybody may know"
    with pytest.raises(AppError, match="sealed_already"):
        seal_key(folder, keyring)
    # A sealing that was cut short before the key went.
    (folder / SIGNING_KEY).write_bytes(secret)
    assert seal_key(folder, keyring) == "memory"
    assert not (folder / SIGNING_KEY).exists()
    make_key(folder / SIGNING_KEY)
    with pytest.raises(AppError, match="sealed_already"):
        seal_key(folder, keyring)
    (folder / SIGNING_KEY).unlink()
    room.work()
    with pytest.raises(AppError, match="no_key"):
        bundle(folder, out, room.laptop.now, keyring=MemoryKeyring())
    assert not out.exists()
    bundle(folder, out, room.laptop.now, keyring=keyring)
    assert room.home(out).laptop == room.taken.laptop
    with pytest.raises(AppError, match="no_key"):
        unseal_key(folder, MemoryKeyring())
    # An unsealing that was cut short before the seal went.
    (folder / SIGNING_KEY).write_bytes(b"half")
    unseal_key(folder, keyring)
    assert (folder / SIGNING_KEY).read_bytes() == secret
    assert stat.S_IMODE((folder / SIGNING_KEY).stat().st_mode) == 0o600
    assert (keyring.kept, (folder / SEALED_KEY).exists()) == ({}, False)
    with pytest.raises(AppError, match="not_sealed"):
        unseal_key(folder, keyring)


def test_a_seal_that_found_no_room_leaves_the_key(
    room: FieldRoom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = room.laptop_folder
    secret, there = (folder / SIGNING_KEY).read_bytes(), sorted(path.name for path in folder.iterdir())

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(AppError, match="key_not_kept"):
            seal_key(folder, MemoryKeyring())
    assert sorted(path.name for path in folder.iterdir()) == there
    assert (folder / SIGNING_KEY).read_bytes() == secret
    room.work()
    bundle(folder, tmp_path / "x.sluice", room.laptop.now, keyring=MemoryKeyring(broken=True))


def test_the_centre_s_key_may_be_sealed_too(room: FieldRoom, tmp_path: Path) -> None:
    keyring, out = MemoryKeyring(), tmp_path / "answer.sluice"
    seal_key(room.folder, keyring)
    room.work()
    room.home(room.written())
    bundle(room.folder, out, room.centre.now, laptop=room.taken.laptop, keyring=keyring)
    assert room.heard(out).laptop == room.taken.laptop
    with pytest.raises(AppError, match="for_the_laptop"):
        merge(room.folder, out, room.centre.now, "desk")
    (room.folder / SEALED_KEY).write_text("zz")
    with pytest.raises(AppError, match="no_key"):
        bundle(room.folder, out, room.centre.now, laptop=room.taken.laptop, keyring=keyring)


def test_it_is_done_from_the_command_line(
    room: FieldRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    city, secret = str(room.folder), tmp_path / "secret"
    secret.write_text("of-a-test\n")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert main(["laptop", "seal", city]) == 2
    assert "no keyring" in capsys.readouterr().err
    (tmp_path / "tools").mkdir()
    monkeypatch.setenv("PATH", str(tool(tmp_path / "tools").parent))
    assert main(["--lang", "zh_CN", "laptop", "seal", city]) == 0
    assert "密钥环" in capsys.readouterr().out
    assert main(["laptop", "unseal", city]) == 0
    assert main(["laptop", "unseal", city]) == 2
    keep = ["hub", "password", city, "--password-file", str(secret)]
    assert main(keep) == 2, "it follows no hub"
    keep_membership(room.folder, Membership("host=hub.example user=wang dbname=s", "H", "hub.example"))
    capsys.readouterr()
    assert main(keep) == 0
    for nothing in (b"", b"\nof-a-test", b"\xff\xfe"):
        (tmp_path / "empty").write_bytes(nothing)
        assert main([*keep[:-1], str(tmp_path / "empty")]) == 2
    assert "Nothing was changed" in capsys.readouterr().err
    assert "of-a-test" not in "".join(capsys.readouterr())
    kept = tmp_path / "tools" / "kept.json"
    assert kept.read_text() == '{"hub wang@hub.example/s": "of-a-test"}'
    assert main(["hub", "password", city, "--forget"]) == 0
    assert kept.read_text() == "{}"
    before = ["hub", "password", str(tmp_path / "not yet"), "--password-file", str(secret), "--address"]
    assert main([*before, "host=hub.example user=li dbname=s"]) == 0, "before it is joined"
    assert kept.read_text() == '{"hub li@hub.example/s": "of-a-test"}'
    assert main([*before, "host=hub.example password=of-a-test"]) == 2
    assert "of-a-test" not in "".join(capsys.readouterr())
    (tmp_path / "tools" / "mood").write_text("locked")
    assert main(keep) == 2
    with pytest.raises(GisError, match="none"):
        keep_password(room.folder, "x", type("Nameless", (MemoryKeyring,), {"name": lambda _: ""})())
