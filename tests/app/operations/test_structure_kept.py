"""Segments and taps in the workspace's cache: mapped where they fit, found anew where they do not."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from full_disk import disk_of
from little_city import little_workspace
from same import differences

from app.operations.desk_cache import prepare_cache
from app.operations.kept_structure import NAME, keep_structure, model_of, structure_of
from app.worker.handlers import DeskState
from app.workspace import Workspace, open_workspace
from gis.cache import SUFFIX, stamp_of
from network.structure import Structure
from network.supply import prepare


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with closing(open_workspace(little_workspace(tmp_path / "town"))) as opened:
        yield opened


def is_mapped(structure: Structure) -> bool:
    """Whether its arrays lie in a file, those that are otherwise found when asked for as well."""
    base = [structure.segmentation.part_segment, structure.customer_taps.owner]
    while any(isinstance(one, np.ndarray) and one.base is not None and not isinstance(one, np.memmap) for one in base):
        base = [one if isinstance(one, np.memmap) else one.base for one in base]
    return all(isinstance(one, np.memmap) for one in base)


def test_what_was_kept_is_mapped_and_plans_alike(workspace: Workspace) -> None:
    assert not is_mapped(structure_of(workspace))
    keep_structure(workspace)
    kept = model_of(workspace)
    assert is_mapped(kept.structure)
    assert not list(differences(kept, prepare(workspace.city, workspace.states)))


def test_what_was_found_already_is_not_found_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Structure.of(workspace.city)
    monkeypatch.delattr(Structure, "of")
    keep_structure(workspace, found)
    assert is_mapped(structure_of(workspace))
    keep_structure(workspace)


@pytest.mark.parametrize("why", ["stale", "damaged"])
def test_what_does_not_fit_is_found_anew(workspace: Workspace, why: str) -> None:
    keep_structure(workspace)
    path = workspace.cache / f"{NAME}{SUFFIX}"
    if why == "stale":
        workspace = replace(workspace, meta=replace(workspace.meta, revision="another"))
    else:
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
    assert not is_mapped(structure_of(workspace))
    keep_structure(workspace)
    assert is_mapped(structure_of(workspace))


def test_without_room_everybody_finds_it(workspace: Workspace) -> None:
    with disk_of(1_000):
        keep_structure(workspace)
    assert sorted(path.name for path in workspace.cache.glob(f"{NAME}*.arrays*")) == []
    assert not list(differences(structure_of(workspace), Structure.of(workspace.city)))


def test_a_desk_maps_it_and_after_an_edit_keeps_the_new_one_when_nobody_asks(workspace: Workspace) -> None:
    desk = DeskState()
    desk.take(workspace)
    desk.prepare_ahead()
    assert is_mapped(desk.model.structure)
    edited = replace(workspace, meta=replace(workspace.meta, revision="edited"))
    prepare_cache(edited)
    desk._workspace = edited
    desk._edited = True
    desk._forget()
    desk.prepare_ahead()
    assert not is_mapped(desk.model.structure)
    assert stamp_of(workspace.cache, NAME) == workspace.meta.revision
    desk.prepare_ahead(further=True)
    assert stamp_of(workspace.cache, NAME) == "edited"
