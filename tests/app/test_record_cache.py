"""Records whose methods come from a file: the same records, and nothing compiled."""

import builtins
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import record_cache
from app.record_cache import cache_path, kept_records


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where Python may keep its compiled files."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that had to be compiled."""
    texts: list[str] = []

    def note(text: str, *rest: Any, **named: Any) -> Any:
        texts.append(text)
        return builtins.compile(text, *rest, **named)

    monkeypatch.setattr(record_cache, "compile", note, raising=False)
    return texts


def place() -> Any:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Place:
        x_m: float
        y_m: float = 0.0
        names: list[str] = dataclasses.field(default_factory=list, compare=False)

    return Place


def made(path: Path, make: Callable[[], Any] = place) -> Any:
    with kept_records(path):
        return make()


def test_records_from_the_file_are_the_records_that_dataclass_makes(tmp_path: Path, compiled: list[str]) -> None:
    path = tmp_path / "compiled" / "records"
    made(path)
    assert compiled
    compiled.clear()
    kept, plain = made(path), place()
    assert not compiled
    for kind in (kept, plain):
        assert repr(kind(1.0, names=["a"])).endswith("Place(x_m=1.0, y_m=0.0, names=['a'])")
        assert kind(1.0) == kind(1.0, names=["b"])
        assert hash(kind(1.0)) == hash(plain(1.0))
        assert kind(1.0).names is not kind(1.0).names
        with pytest.raises(dataclasses.FrozenInstanceError):
            kind(1.0).x_m = 2.0
    assert kept.__init__.__annotations__ == plain.__init__.__annotations__


def test_afterwards_dataclass_compiles_by_itself_again(tmp_path: Path, compiled: list[str]) -> None:
    with pytest.raises(LookupError), kept_records(tmp_path / "records"):
        raise LookupError
    place()
    assert not compiled
    assert not hasattr(dataclasses, "exec")


def test_what_is_new_joins_what_is_kept(tmp_path: Path, compiled: list[str]) -> None:
    path = tmp_path / "records"
    made(path)
    made(path, lambda: dataclasses.make_dataclass("Other", ["deeply"]))
    compiled.clear()
    made(path, lambda: (place(), dataclasses.make_dataclass("Other", ["deeply"])))
    assert not compiled
    assert [file.name for file in tmp_path.iterdir()] == ["records"]


@pytest.mark.parametrize("harm", [lambda held: held[:-1], lambda held: b"\0" + held[1:], lambda _: b"", lambda _: b"?"])
def test_a_harmed_file_or_another_pythons_is_written_anew(
    tmp_path: Path, compiled: list[str], harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "records"
    made(path)
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    compiled.clear()
    assert made(path)(2.0).x_m == 2.0
    assert compiled
    assert path.read_bytes() == whole


def test_where_nothing_can_be_read_or_written_records_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "records", tmp_path / "folder"):
        assert made(path)(2.0).x_m == 2.0
    assert sorted(left.name for left in tmp_path.rglob("*")) == ["file", "folder"]


def test_nothing_is_kept_where_python_keeps_no_compiled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made(tmp_path / "records")
    assert not list(tmp_path.iterdir())


def test_it_lies_with_pythons_compiled_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    path = cache_path("window")
    assert tmp_path in path.parents
    assert sys.implementation.cache_tag in path.name
    assert path != cache_path("worker")
