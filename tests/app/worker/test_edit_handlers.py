"""What the desk answers about editing: previews, edits, steps back, proposals, mends, and two windows at one place."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from map_lines import in_cells
from same import differences
from worker_rooms import WorkerRooms

from app.edit_requests import (
    AskFeature,
    CatchUp,
    CityRenewed,
    DecideProposals,
    EditDraft,
    EditMade,
    EditPreviewed,
    EditsListed,
    FeatureTold,
    FileProposal,
    ListEdits,
    ListProposals,
    MakeEdit,
    NothingNew,
    PreviewEdit,
    ProposalsDecided,
    ProposalsListed,
    TakeUp,
    UndoEdits,
    ValveSeen,
)
from app.mend_requests import LookForMends, MakeMends, MendsFound, MendsMade, PreviewMend
from app.requests import Failed, MakePlan, OpenWorkspace, PlanMade, Reply, Request, Search, WorkspaceOpened
from app.worker.handlers import DeskState
from app.worker.process import answer
from gis.cache import open_tables
from gis.errors import GisError
from gis.scene.build import build_scene
from gis.scene.scene import Scene
from gis.search_tables import SearchTables, search_tables
from network.answers import PipeTarget

sys.path.append(str(Path(__file__).parents[1] / "ui"))
from little_city import BLOCK_M, EAST, LEAKING, NORTH, little_workspace

MIDDLE = (EAST + 2.5 * BLOCK_M, NORTH + 2 * BLOCK_M)
MAINS = ("mains", "mains_8", "mains_16", "mains_32", "mains_64")
"""Within a cell of these, lines stand in any order."""
VALVE = EditDraft("put_valve", "valve", "V-N1", (MIDDLE,), {"kind": "isolation"}, LEAKING)


def say_nothing(step: str, fraction: float | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return little_workspace(tmp_path_factory.mktemp("edit-handlers") / "town")


@pytest.fixture
def folder(master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(master, tmp_path / "town"))


@pytest.fixture
def window(folder: Path) -> Iterator[Callable[[], "Window"]]:
    made: list[Window] = []

    def build() -> Window:
        made.append(Window(folder))
        return made[-1]

    yield build
    for one in made:
        one.desk.workspace.close()


class Window:
    """A desk, and a window that maps what it is told to map."""

    def __init__(self, folder: Path) -> None:
        self.desk = DeskState()
        assert isinstance(self.ask(OpenWorkspace(folder)), WorkspaceOpened)

    def ask(self, request: Request) -> Reply:
        return WorkerRooms(desk=self.desk).answer(request, say_nothing)

    def edit(self, draft: EditDraft | None, **more: object) -> EditMade:
        made = self.ask(MakeEdit(draft, "因为图纸错", **more))  # type: ignore[arg-type]
        assert isinstance(made, EditMade), made
        if made.renewed is not None:
            self.ask(TakeUp(made.renewed.revision))
        return made

    def told(self, layer: str, name: str) -> FeatureTold:
        found = self.ask(AskFeature(layer, name))
        assert isinstance(found, FeatureTold)
        return found

    def steps(self) -> EditsListed:
        found = self.ask(ListEdits())
        assert isinstance(found, EditsListed)
        return found


def test_a_valve_is_previewed_by_what_it_does_to_the_segment(window: Callable[[], Window]) -> None:
    shown = window().ask(PreviewEdit(VALVE))
    assert isinstance(shown, EditPreviewed)
    (before,), after = shown.segments_before, shown.segments_after
    assert len(after) == 2
    assert sum(one.length_m for one in after) == pytest.approx(before.length_m)
    assert all(one.out < before.out for one in after)
    assert all(len(one.offsets) > 1 for one in (before, *after))
    assert [one.id for one in shown.after] == ["V-N1"]


def test_what_cannot_be_is_refused_before_anything_is_written(window: Callable[[], Window]) -> None:
    here = window()
    events = here.desk.workspace.state.events
    refused = here.ask(PreviewEdit(EditDraft("set", "pipe", LEAKING, fields={"dn_mm": 30000.0})))
    assert isinstance(refused, Failed)
    assert refused.code == "edit_out_of_range"
    assert isinstance(here.ask(MakeEdit(EditDraft("draw_pipe", "pipe", "P-N1", (MIDDLE,)), "")), Failed)
    assert here.ask(PreviewEdit(EditDraft("set", "dma", "D1", fields={"name": "x"}))).code == "edit_no_such_layer"
    assert here.desk.workspace.state.events == events


def test_rows_of_before_an_edit_are_refused_until_the_window_has_the_new_ones(window: Callable[[], Window]) -> None:
    here = window()
    made = here.ask(MakeEdit(EditDraft("delete", "pipe", "P-END"), "abgerissen"))
    assert isinstance(made, EditMade)
    assert made.renewed is not None
    assert here.ask(MakePlan(PipeTarget(3, None))) == Failed("city_moved_on", {})
    here.ask(TakeUp(made.renewed.revision))
    assert isinstance(here.ask(MakePlan(PipeTarget(3, None))), PlanMade)
    found = here.ask(Search("P-END"))
    assert not any(hit.id == "P-END" for hit in found.hits)


def test_the_renewed_map_and_search_are_those_made_afresh(window: Callable[[], Window]) -> None:
    here = window()
    for draft in (
        VALVE,
        EditDraft("split", "pipe", LEAKING, (MIDDLE,)),
        EditDraft("set", "pipe", LEAKING, fields={"dn_mm": 300.0}),
        EditDraft("delete", "valve", "V-H2-2A"),
        EditDraft("move_node", "pipe", f"@{EAST:.3f},{NORTH:.3f}", ((EAST + 9, NORTH + 8),)),
        EditDraft("add", "customer", "C-N1", ((EAST + 30, NORTH + 30),), {"category": "school"}, "P-H0-0"),
        EditDraft("draw_pipe", "pipe", "P-N1", ((EAST, NORTH + 200), (EAST - 300, NORTH - 50)), {"dn_mm": 100.0}),
    ):
        here.edit(draft)
        workspace = here.desk.workspace
        revision = workspace.meta.revision
        scene = open_tables(workspace.cache, "scene", Scene, revision)
        fresh = build_scene(workspace.city, workspace.store.layers())
        # What shrinks keeps its frame, as the corner that was moved inwards does.
        if np.array_equal(scene.frame, fresh.frame):
            for name in MAINS:
                assert in_cells(getattr(scene, name)) == in_cells(getattr(fresh, name)), (name, draft)
            same_mains = replace(scene, **{name: getattr(fresh, name) for name in MAINS})
            assert not list(differences(same_mains, fresh)), draft
        assert len(scene.nodes) == len(fresh.nodes)
        kept = open_tables(workspace.cache, "search", SearchTables, revision)
        made = search_tables(workspace.store.layers(), workspace.city)
        assert not list(differences(replace(kept, ids=()), replace(made, ids=()))), draft
        for was, now in zip(kept.ids, made.ids, strict=True):
            assert not list(differences(was, now)), draft


def test_own_edits_are_taken_back_and_made_again_one_by_one(window: Callable[[], Window]) -> None:
    here = window()
    first = here.edit(VALVE).edits[0]
    second = here.edit(EditDraft("set", "pipe", LEAKING, fields={"material": "PE"})).edits[0]
    assert (here.steps().undo, here.steps().redo) == (second, "")
    for expected in (first, ""):
        here.ask(UndoEdits((here.steps().undo,)))
        assert here.steps().undo == expected
    assert "material" in here.told("pipe", LEAKING).told.fields
    assert isinstance(here.ask(AskFeature("valve", "V-N1")), Failed)
    for expected in (first, second):
        here.ask(UndoEdits((here.steps().redo,)))
        assert here.steps().undo == expected
    assert here.told("pipe", LEAKING).told.fields["material"] == "PE"
    assert here.steps().redo == ""
    here.ask(UndoEdits((here.steps().undo,)))
    here.edit(EditDraft("set", "pipe", LEAKING, fields={"year": 2001}))
    assert here.steps().redo == ""
    newest = here.steps().entries[0]
    assert (newest.layer, newest.id, newest.fields, newest.why) == ("pipe", LEAKING, ("year",), "因为图纸错")
    assert sum(entry.undone for entry in here.steps().entries) == 1


def test_what_another_window_changed_meanwhile_is_not_written_over(window: Callable[[], Window]) -> None:
    here, there = window(), window()
    seen = here.told("pipe", LEAKING).told
    there.edit(EditDraft("set", "pipe", LEAKING, fields={"material": "PE"}))
    mine = EditDraft("set", "pipe", LEAKING, fields={"material": "钢"})
    refused = here.ask(MakeEdit(mine, "", seen=(seen,)))
    assert isinstance(refused, Failed)
    assert (refused.code, refused.detail["field"], refused.detail["value"]) == (
        "edit_changed_meanwhile",
        "material",
        "PE",
    )
    assert here.told("pipe", LEAKING).told.fields["material"] == "PE"
    here.edit(mine, seen=(here.told("pipe", LEAKING).told,))
    there.edit(EditDraft("delete", "pipe", "P-END"))
    gone = here.ask(MakeEdit(EditDraft("set", "pipe", "P-END", fields={"year": 2001}), "", seen=(seen,)))
    assert isinstance(gone, Failed)


def test_a_window_takes_in_what_another_wrote(window: Callable[[], Window]) -> None:
    here, there = window(), window()
    assert isinstance(here.ask(CatchUp()), NothingNew)
    there.edit(VALVE)
    renewed = here.ask(CatchUp())
    assert isinstance(renewed, CityRenewed)
    assert here.desk.workspace.city.network.devices.ids.find("V-N1") >= 0
    assert isinstance(here.ask(MakePlan(PipeTarget(3, None))), Failed)
    here.ask(TakeUp(renewed.revision))
    assert isinstance(here.ask(CatchUp()), NothingNew)


def test_a_reopened_desk_knows_which_rows_the_window_has(folder: Path, window: Callable[[], Window]) -> None:
    here = window()
    revision = here.desk.workspace.meta.revision
    here.edit(VALVE)
    again = DeskState()
    answer(again, OpenWorkspace(folder, revision), say_nothing)
    assert answer(again, MakePlan(PipeTarget(3, None)), say_nothing) == Failed("city_moved_on", {})
    assert isinstance(answer(again, CatchUp(), say_nothing), CityRenewed)
    again.workspace.close()


def test_proposals_are_filed_listed_and_decided_together(window: Callable[[], Window]) -> None:
    here = window()
    filed = here.ask(FileProposal(EditDraft("set", "pipe", LEAKING, fields={"dn_mm": 300.0}), "量得 300"))
    assert isinstance(filed, ProposalsListed)
    here.ask(FileProposal(None, "埋了", ValveSeen("V-H2-2A", condition="inoperable")))
    here.ask(FileProposal(EditDraft("delete", "pipe", "P-END"), "不存在"))
    here.edit(EditDraft("delete", "pipe", "P-END"))
    listed = here.ask(ListProposals())
    assert isinstance(listed, ProposalsListed)
    diameter, buried, _ = listed.proposals
    (change,) = diameter.changes
    assert (change.before.fields["dn_mm"], change.after.fields["dn_mm"]) == (600.0, 300.0)
    assert (diameter.why, buried.observed.condition) == ("量得 300", "inoperable")
    assert all(one.xy_m is not None for one in (diameter, buried))
    done = here.ask(DecideProposals(tuple(one.id for one in listed.proposals), True, "同意"))
    assert isinstance(done, ProposalsDecided)
    assert done.decided == (diameter.id, buried.id)
    assert [(one.proposal, one.code) for one in done.left] == [(listed.proposals[2].id, "edit_no_such_feature")]
    assert here.told("pipe", LEAKING).told.fields["dn_mm"] == 300.0
    assert here.told("valve", "V-H2-2A").told.fields["condition"] == "inoperable"
    assert [one.id for one in done.listed.proposals] == [listed.proposals[2].id]


def test_mends_are_found_previewed_made_and_taken_back(folder: Path, window: Callable[[], Window]) -> None:
    here = window()
    found = here.ask(LookForMends(folder))
    assert isinstance(found, MendsFound)
    (mend,) = [one for one in found.mends if one.feature == "P-END"]
    shown = here.ask(PreviewMend(mend))
    assert isinstance(shown, EditPreviewed)
    assert shown.components == (2, 1)
    assert {one.id for one in shown.after} > {one.id for one in shown.before}
    steps: list[str] = []
    rooms = WorkerRooms(desk=here.desk)
    made = rooms.answer(MakeMends(folder, (mend.id,)), lambda step, _fraction=None: steps.append(step))
    assert isinstance(made, MendsMade)
    assert (made.before, made.found.components, made.left) == (2, 1, 0)
    assert steps[-1] == "mending"
    renewed = here.ask(CatchUp())
    assert isinstance(renewed, CityRenewed)
    here.ask(TakeUp(renewed.revision))
    undone = here.ask(UndoEdits(tuple(reversed(made.edits))))
    assert isinstance(undone, EditMade)
    assert here.ask(LookForMends(folder)).components == 2
    assert here.ask(MakeMends(folder, ("nothing",))).code == "mend_unknown"


def test_a_map_that_cannot_be_renewed_is_told_and_the_edit_stands(
    window: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = window()
    made = here.edit(VALVE)

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.operations.desk_cache.save_tables", full)
    refused = here.ask(UndoEdits(made.edits))
    assert isinstance(refused, Failed)
    assert (refused.code, refused.detail["os_error"]) == ("edit_not_shown", "ENOSPC")
    monkeypatch.undo()
    # What was written stands; the window is told as soon as there is room.
    assert here.steps().undo == ""
    renewed = here.ask(CatchUp())
    assert isinstance(renewed, CityRenewed)
    assert len(open_tables(renewed.cache, "scene", Scene, renewed.revision).devices) == len(
        here.desk.workspace.city.network.devices
    )


def test_a_journal_that_cannot_be_written_refuses_the_edit_whole(
    window: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = window()

    def full(*_arguments: object, **_more: object) -> None:
        raise GisError("store.disk_full", path="journal.sqlite")

    monkeypatch.setattr("app.journal.log.Journal.append", full)
    refused = here.ask(MakeEdit(VALVE, "x"))
    assert isinstance(refused, Failed)
    assert refused.code == "store.disk_full"
    assert here.desk.workspace.city.network.devices.ids.find("V-N1") < 0
    assert isinstance(here.ask(AskFeature("valve", "V-N1")), Failed)
