"""The desktop's keyring, asked through its program."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyrings import tool

from gis.errors import GisError
from gis.stores.secrets_kept import NAME, SystemKeyring


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    keyring = SystemKeyring(str(tool(tmp_path)))
    assert keyring.name() == NAME
    assert keyring.get("hub a@b/c") is None
    keyring.put("hub a@b/c", "密码 with 'quotes'\nand a line")
    keyring.put("other", "x")
    assert keyring.get("hub a@b/c") == "密码 with 'quotes'\nand a line"
    keyring.drop("hub a@b/c")
    keyring.drop("hub a@b/c")
    assert (keyring.get("hub a@b/c"), keyring.get("other")) == (None, "x")


def test_a_keyring_that_is_locked_silent_or_not_there_is_told(tmp_path: Path) -> None:
    program = str(tool(tmp_path))
    for mood, keyring, code in (
        ("locked", SystemKeyring(program), "keyring.refused"),
        ("waits", SystemKeyring(program, wait_s=0.3), "keyring.refused"),
        ("", SystemKeyring(str(tmp_path / "none")), "keyring.none"),
    ):
        (tmp_path / "mood").write_text(mood)
        for ask in (keyring.get, lambda entry, keyring=keyring: keyring.put(entry, "secret-7"), keyring.drop):
            with pytest.raises(GisError) as refused:
                ask("a")
            assert refused.value.code == code
            assert "secret-7" not in f"{refused.value!r} {refused.value.__context__!r} {refused.value.detail}"
        assert keyring.name() == ""
