"""Arrays kept on disk come back as they were, and nothing damaged or stale is taken for good."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from gis import cache
from gis.cache import fingerprint, let_go, open_tables, save_tables, stamp_of
from gis.errors import GisError
from network.columns import CodedColumn, IdColumn, TextColumn


class Colour(IntEnum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True, eq=False)
class Leaf:
    numbers: NDArray[np.float64]
    ids: IdColumn
    names: TextColumn
    material: CodedColumn


@dataclass(frozen=True, eq=False)
class Tree:
    leaf: Leaf
    many: tuple[Leaf, ...]
    pair: tuple[int, str]
    by_name: Mapping[str, NDArray[np.int32]]
    colour: Colour
    missing: Leaf | None
    title: str = ""


@dataclass(frozen=True, eq=False)
class Changed:
    leaf: Leaf
    colour: Colour


def make_leaf(numbers: NDArray[np.float64]) -> Leaf:
    texts = [f"管线 {number}" for number in range(len(numbers))]
    return Leaf(numbers, IdColumn.of(texts), TextColumn.of(texts), CodedColumn.of(["铸铁" for _ in texts]))


def make_tree(numbers: NDArray[np.float64], missing: Leaf | None = None) -> Tree:
    leaf = make_leaf(numbers)
    by_name = {"a": np.arange(3, dtype=np.int32), "b": np.empty((0, 2), dtype=np.int32)}
    return Tree(leaf, (leaf, leaf), (7, "seven"), by_name, Colour.BLUE, missing, "泉城")


@given(npst.arrays(np.float64, st.integers(0, 40)), st.booleans())
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, numbers, filled) -> None:
    folder = tmp_path_factory.mktemp("cache")
    save_tables(folder, "tree", make_tree(numbers, make_leaf(numbers) if filled else None), "s1")
    back = open_tables(folder, "tree", Tree, "s1")
    np.testing.assert_array_equal(back.leaf.numbers, numbers)
    assert [leaf.ids.take(np.arange(len(numbers))) for leaf in back.many] == [list(back.leaf.names)] * 2
    assert list(back.leaf.material.vocabulary)[: 1 + bool(len(numbers))] == ["", "铸铁"][: 1 + bool(len(numbers))]
    assert back.pair == (7, "seven")
    assert back.by_name["b"].shape == (0, 2)
    assert back.colour is Colour.BLUE
    assert (back.missing is not None) == filled
    assert back.title == "泉城"


def test_arrays_are_mapped_and_cannot_be_written(tmp_path: Path) -> None:
    save_tables(tmp_path, "tree", make_tree(np.arange(5.0)))
    back = open_tables(tmp_path, "tree", Tree)
    assert not back.leaf.numbers.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        back.leaf.numbers[0] = 1.0


def code_of(tmp_path: Path, cls: type = Tree, stamp: str | None = None) -> str:
    with pytest.raises(GisError) as caught:
        open_tables(tmp_path, "tree", cls, stamp)
    return caught.value.code


def test_nothing_there(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "cache.missing"


def test_another_state_of_the_workspace(tmp_path: Path) -> None:
    save_tables(tmp_path, "tree", make_tree(np.arange(5.0)), "s1")
    assert stamp_of(tmp_path, "tree") == "s1"
    assert code_of(tmp_path, stamp="s2") == "cache.stale"


def test_another_shape_of_the_class(tmp_path: Path) -> None:
    save_tables(tmp_path, "tree", make_tree(np.arange(5.0)))
    assert code_of(tmp_path, Changed) == "cache.stale"


@pytest.mark.parametrize("kept", [0, 5, 30, 400, -1])
def test_cut_short(tmp_path: Path, kept: int) -> None:
    save_tables(tmp_path, "tree", make_tree(np.arange(50.0)))
    path = tmp_path / "tree.arrays"
    path.write_bytes(path.read_bytes()[:kept])
    assert code_of(tmp_path) == "cache.damaged"


@given(st.data())
def test_any_flipped_bit_that_matters_is_seen(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    folder = tmp_path_factory.mktemp("cache")
    numbers = np.arange(9.0)
    save_tables(folder, "tree", make_tree(numbers))
    path = folder / "tree.arrays"
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with suppress(GisError):
        back = open_tables(folder, "tree", Tree)
        # Not refused: then only padding between the arrays may differ.
        np.testing.assert_array_equal(back.leaf.numbers, numbers)
        assert list(back.leaf.names) == list(make_leaf(numbers).names)
        assert back.title == "泉城"


def test_replacing_leaves_readers_their_file(tmp_path: Path) -> None:
    save_tables(tmp_path, "tree", make_tree(np.arange(5.0)))
    old = open_tables(tmp_path, "tree", Tree)
    save_tables(tmp_path, "tree", make_tree(np.arange(7.0)))
    assert old.leaf.numbers.sum() == 10.0
    assert open_tables(tmp_path, "tree", Tree).leaf.numbers.sum() == 21.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tree.arrays", "tree.lock"]


def test_object_arrays_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="object arrays"):
        save_tables(tmp_path, "tree", {"a": np.array(["x"], dtype=object)})
    with pytest.raises(TypeError, match="cannot keep"):
        save_tables(tmp_path, "tree", {"a": {1, 2}})
    assert not list(tmp_path.iterdir())


def kept_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name not in {"tree.arrays", "tree.lock"})


@pytest.fixture
def edited(tmp_path: Path) -> Tree:
    """A tree whose numbers were replaced after it was mapped."""
    save_tables(tmp_path, "tree", make_tree(np.arange(2_000.0)), "s1")
    old = open_tables(tmp_path, "tree", Tree, "s1")
    save_tables(tmp_path, "tree", replace(old, leaf=replace(old.leaf, numbers=np.arange(3.0))), "s2")
    return open_tables(tmp_path, "tree", Tree, "s2")


def test_what_is_mapped_is_not_written_again(tmp_path: Path, edited: Tree) -> None:
    assert edited.leaf.numbers.tolist() == [0.0, 1.0, 2.0]
    assert list(edited.leaf.names) == list(make_leaf(np.arange(2_000.0)).names)
    size = (tmp_path / "tree.arrays").stat().st_size
    save_tables(tmp_path, "tree", edited, "s3")
    again = open_tables(tmp_path, "tree", Tree, "s3")
    assert again.leaf.numbers.tolist() == [0.0, 1.0, 2.0]
    assert list(again.leaf.names) == list(edited.leaf.names)
    assert (tmp_path / "tree.arrays").stat().st_size < size + 200
    assert len(kept_files(tmp_path)) == 2
    assert fingerprint(tmp_path, "tree") != ""


def test_kept_files_go_when_nothing_leans_on_them(tmp_path: Path, edited: Tree) -> None:
    assert len(kept_files(tmp_path)) == 1
    save_tables(tmp_path, "tree", make_tree(np.arange(4.0)), "s3")
    assert kept_files(tmp_path) == []
    # Who had them mapped goes on reading; saved once more, it is written whole, for nothing of it lies there.
    save_tables(tmp_path, "tree", edited, "s4")
    assert kept_files(tmp_path) == []
    assert open_tables(tmp_path, "tree", Tree, "s4").leaf.numbers.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("harm", ["missing", "cut", "flipped"])
def test_a_kept_file_that_is_damaged_is_seen(tmp_path: Path, edited: Tree, harm: str) -> None:
    del edited
    [kept] = kept_files(tmp_path)
    content = kept.read_bytes()
    kept.unlink()
    if harm == "cut":
        kept.write_bytes(content[:-64])
    if harm == "flipped":
        kept.write_bytes(bytes(byte ^ 1 for byte in content[:-64]) + content[-64:])
    assert code_of(tmp_path) == "cache.damaged"


@dataclass(frozen=True, eq=False)
class Many:
    by_name: Mapping[str, NDArray[np.float64]]


def test_many_small_edits_do_not_pile_files_up(tmp_path: Path) -> None:
    save_tables(tmp_path, "many", Many({str(number): np.arange(50.0) for number in range(20)}), "0")
    for number in range(20):
        old = open_tables(tmp_path, "many", Many, str(number)).by_name
        save_tables(tmp_path, "many", Many({**old, str(number): np.full(3, float(number))}), str(number + 1))
        assert len(list(tmp_path.iterdir())) <= 8
    last = open_tables(tmp_path, "many", Many, "20").by_name
    assert [last[str(number)].tolist() for number in range(20)] == [[float(number)] * 3 for number in range(20)]
    save_tables(tmp_path, "many", Many({"0": np.arange(2.0)}), "end")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.arrays", "many.lock"]


def test_a_file_that_is_replaced_while_it_is_opened_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its head was that of the one before; arrays cut by that would be pieces of others."""
    before, after = make_leaf(np.arange(3.0)), make_leaf(np.arange(7_000.0))
    save_tables(tmp_path, "t", before, "same")
    read_head = cache._read_head

    def replaced_meanwhile(path: Path) -> object:
        found = read_head(path)
        if not done:
            done.append(path)
            save_tables(tmp_path, "t", after, "same")
        return found

    done: list[Path] = []
    monkeypatch.setattr(cache, "_read_head", replaced_meanwhile)
    opened = open_tables(tmp_path, "t", Leaf, "same", verify=False)
    assert opened.numbers.tolist() == after.numbers.tolist()
    assert opened.names[6_999] == "管线 6999"


def test_two_threads_that_save_the_same_leave_one_whole_file(tmp_path: Path) -> None:
    leaves = [make_leaf(np.full(60_000, float(number))) for number in range(2)]

    def save_often(leaf: Leaf) -> None:
        for _ in range(10):
            save_tables(tmp_path, "t", leaf, "same")

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(save_often, leaf) for leaf in leaves]:
            done.result()
    assert set(open_tables(tmp_path, "t", Leaf, "same").numbers.tolist()) <= {0.0, 1.0}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.arrays", "t.lock"]


def test_two_who_edit_one_city_leave_each_what_its_file_leans_on(tmp_path: Path) -> None:
    """Each renews the cache after its own edits; a third, who opens it meanwhile, never finds it torn."""
    save_tables(tmp_path, "tree", make_tree(np.arange(2_000.0)), "s")

    def edit_often(who: int) -> None:
        for turn in range(30):
            tree = open_tables(tmp_path, "tree", Tree, "s")
            leaf = replace(tree.leaf, numbers=np.full(3 + who, float(turn)))
            save_tables(tmp_path, "tree", replace(tree, leaf=leaf), "s")

    def open_often() -> None:
        for _ in range(150):
            assert open_tables(tmp_path, "tree", Tree, "s").leaf.names[1_999] == "管线 1999"

    with ThreadPoolExecutor(3) as threads:
        for done in [*(threads.submit(edit_often, who) for who in range(2)), threads.submit(open_often)]:
            done.result()


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="what of a file is held only Linux tells")
def test_what_is_read_for_its_checksum_alone_is_not_held(tmp_path: Path) -> None:
    """The files of a large city have a gigabyte; after each start of the machine every byte of them is compared."""
    save_tables(tmp_path, "large", Many({"0": np.arange(5_000_000.0)}))

    def held_kb() -> int:
        regions = Path("/proc/self/smaps").read_text("ascii").split(str(tmp_path / "large.arrays"))[1:]
        return sum(int(region.partition("Rss:")[2].split()[0]) for region in regions)

    opened = open_tables(tmp_path, "large", Many)
    assert held_kb() < 1_000
    assert opened.by_name["0"].sum() == pytest.approx(5_000_000 * 4_999_999 / 2)
    assert held_kb() > 30_000, "and it is there when it is asked for"
    let_go(opened)
    assert held_kb() < 1_000
    assert opened.by_name["0"][-1] == 4_999_999
