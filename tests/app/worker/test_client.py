"""The worker as the window sees it: real processes, real workspace, cancelling, crashes."""

import multiprocessing
import os
import queue
import shutil
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from asker import PATIENCE_S, Asker

from app.care_requests import CheckFiles, FilesRescued, LookForRescue, RescueFiles, RescueFound
from app.hub_requests import HubShown, LookAtHub
from app.requests import (
    BuildDemo,
    ExplainValve,
    Exported,
    ExportPlan,
    Failed,
    FaultsListed,
    Found,
    ListFaults,
    MakePlan,
    OpenWorkspace,
    PlanMade,
    PlanRecorded,
    RecordPlan,
    ReportValve,
    Request,
    Search,
    ValveExplained,
    ValveReported,
    WorkspaceMade,
    WorkspaceOpened,
)
from app.suppositions import ValveOverride
from app.worker.client import CARE, WorkerClient
from app.workspace_care import back_up
from app.workspace_files import JOURNAL, NETWORK
from gis.stores import sqlite
from network.answers import CannotIsolate, IsolationPlan, PipeTarget
from network.assets import Condition, Position


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    """One window's processes for all tests: each opens what it needs, and to start them costs seconds."""
    asking = Asker()
    yield asking
    asking.client.close()


@pytest.fixture
def other() -> Iterator[Asker]:
    """Another window's processes, with nothing open."""
    asking = Asker()
    yield asking
    asking.client.close()


def feasible_plan(asker: Asker, pipes: int) -> tuple[int, PlanMade]:
    """A pipe whose plan closes at least two valves and stops somebody's water."""
    for pipe in range(0, pipes, 7):
        made = asker.ask(MakePlan(PipeTarget(pipe)))
        assert isinstance(made, PlanMade)
        if isinstance(made.answer, IsolationPlan) and len(made.answer.close) >= 2 and len(made.impact.out):
            return pipe, made
    raise AssertionError("no pipe of the demo city has a telling plan")


def opened(asker: Asker, folder: Path) -> WorkspaceOpened:
    reply = asker.ask(OpenWorkspace(folder))
    assert isinstance(reply, WorkspaceOpened), reply
    return reply


def test_open_plan_suppose_explain(asker: Asker, demo: Path) -> None:
    workspace = opened(asker, demo)
    assert workspace.synthetic
    assert (workspace.cache / "city.arrays").is_file()
    assert (workspace.cache / "scene.arrays").is_file()
    pipe, made = feasible_plan(asker, workspace.pipes)
    assert made.elapsed_s > 0
    assert isinstance(made.answer, IsolationPlan)
    stuck = made.answer.close[0]
    explained = asker.ask(ExplainValve(stuck))
    assert isinstance(explained, ValveExplained)
    assert explained.path is not None
    assert stuck in explained.path.devices
    other = asker.ask(MakePlan(PipeTarget(pipe), (ValveOverride(stuck, condition=Condition.INOPERABLE),)))
    assert isinstance(other, PlanMade)
    plan = other.answer.if_stopped if isinstance(other.answer, CannotIsolate) else other.answer
    assert stuck not in plan.close
    assert plan.isolated.length_m > made.answer.isolated.length_m


def test_a_report_is_in_the_journal_and_changes_later_plans(asker: Asker, other: Asker, own_demo: Path) -> None:
    workspace = opened(asker, own_demo)
    pipe, made = feasible_plan(asker, workspace.pipes)
    assert isinstance(made.answer, IsolationPlan)
    valve = made.answer.close[0]
    reply = asker.ask(ReportValve(valve, Position.OPEN, Condition.INOPERABLE, "埋没"))
    assert isinstance(reply, ValveReported)
    assert (reply.position, reply.condition) == (Position.OPEN, Condition.INOPERABLE)
    assert reply.events > workspace.events
    again = asker.ask(MakePlan(PipeTarget(pipe)))
    assert isinstance(again, PlanMade)
    assert valve not in getattr(again.answer, "if_stopped", again.answer).close
    recorded = asker.ask(RecordPlan())
    assert isinstance(recorded, PlanRecorded)
    assert recorded.events == reply.events + 1
    # A window that opens later sees the same.
    assert opened(other, own_demo).events == recorded.events
    third = other.ask(MakePlan(PipeTarget(pipe)))
    assert isinstance(third, PlanMade)
    assert valve not in getattr(third.answer, "if_stopped", third.answer).close


def test_search_and_faults(asker: Asker, demo: Path) -> None:
    opened(asker, demo)
    found = asker.ask(Search("C0"))
    assert isinstance(found, Found)
    assert found.hits
    assert all(hit.id.startswith("C0") for hit in found.hits)
    assert isinstance(asker.ask(ListFaults()), FaultsListed)


def test_exports_are_files_that_open(asker: Asker, demo: Path, tmp_path: Path) -> None:
    workspace = opened(asker, demo)
    _, made = feasible_plan(asker, workspace.pipes)
    for what, name in (
        ("valves_csv", "v.csv"),
        ("customers_csv", "c.csv"),
        ("gpkg", "p.gpkg"),
        ("geojson", "p.geojson"),
    ):
        path = tmp_path / name
        assert asker.ask(ExportPlan(what, path, "zh_CN")) == Exported(path)
        assert path.stat().st_size > 50
    book = tmp_path / "方案.xlsx"
    assert asker.ask(ExportPlan("xlsx", book, "zh_CN")) == Exported(book)
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["阀门", "操作步骤", "用户", "管段"]
    told = [row[3].value for row in sheets["操作步骤"].iter_rows(min_row=2)]
    assert any(text.startswith("关闭 ") for text in told)
    assert "抢修（施工）作业" in told
    assert sheets["用户"].max_row == 1 + len(made.impact.out) + len(made.impact.on_storage)
    refused = asker.ask(ExportPlan("xlsx", tmp_path / "absent" / "x.xlsx", "en"))
    assert isinstance(refused, Failed)
    assert refused.code == "cannot_write_file"


def test_what_cannot_be_done_yet_is_refused_by_name(other: Asker) -> None:
    refused: tuple[tuple[Request, str], ...] = (
        (MakePlan(PipeTarget(0)), "no_workspace_open"),
        (ExplainValve(0), "no_workspace_open"),
        (OpenWorkspace(Path("/nowhere/at/all")), "workspace.missing"),
    )
    for asked, code in refused:
        reply = other.ask(asked)
        assert isinstance(reply, Failed)
        assert reply.code == code


def test_a_demo_is_built_with_progress_and_opened(asker: Asker, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    asker.steps.clear()
    assert isinstance(asker.ask(BuildDemo(folder, 1000, 5)), WorkspaceMade)
    assert {"demo_mains", "noding", "saving"} <= set(asker.steps)
    assert opened(asker, folder).pipes == pytest.approx(1000, rel=0.05)
    again = asker.ask(BuildDemo(folder, 1000, 5))
    assert isinstance(again, Failed)
    assert again.code == "workspace.not_empty"


def test_a_cancelled_build_leaves_nothing(asker: Asker, tmp_path: Path) -> None:
    ticket = asker.client.submit(BuildDemo(tmp_path / "big", 60_000, 5))
    asker.first_progress(ticket)
    asker.client.cancel(ticket)
    assert asker.answer(ticket) == Failed("cancelled")
    assert not (tmp_path / "big").exists()


def answers_and_stays(pipe: Connection) -> None:
    """A job whose process does not end by itself."""
    ticket, _ = pipe.recv()
    pipe.send((ticket, Failed("told", {"at_s": time.time()})))
    time.sleep(300.0)


def test_a_job_that_has_answered_holds_up_nobody(tmp_path: Path) -> None:
    """Its answer came five seconds late, and a window that asked anything meanwhile stood still."""
    answers: queue.SimpleQueue[tuple[float, Any]] = queue.SimpleQueue()
    client = WorkerClient(lambda _, event: answers.put((time.time(), event)), answers_and_stays)
    try:
        client.submit(CheckFiles(tmp_path))
        came_s, told = answers.get(timeout=PATIENCE_S)
        assert came_s - told.detail["at_s"] < 3.0
        assert [one.name for one in multiprocessing.active_children()].count(CARE) == 1
    finally:
        client.close()
    assert CARE not in [one.name for one in multiprocessing.active_children()]


def test_cancelling_at_the_desk_answers_the_others_after_it(asker: Asker, demo: Path) -> None:
    opened(asker, demo)
    tickets = [asker.client.submit(MakePlan(PipeTarget(pipe))) for pipe in range(40)]
    asker.client.cancel(tickets[-1])
    answers = {ticket: asker.answer(ticket) for ticket in (tickets[-1], tickets[-2])}
    last = answers[tickets[-1]]
    # It may have been answered before it could be cancelled; what must not happen is silence or a wrong answer.
    assert isinstance(last, PlanMade) or last == Failed("cancelled")
    assert isinstance(answers[tickets[-2]], PlanMade)


def test_a_desk_that_dies_says_so_and_comes_back_with_its_workspace(asker: Asker, demo: Path) -> None:
    opened(asker, demo)
    desk: Any = asker.client._desk
    os.kill(desk.process.pid, signal.SIGSTOP)
    ticket = asker.client.submit(MakePlan(PipeTarget(1)))
    os.kill(desk.process.pid, signal.SIGKILL)
    died = asker.answer(ticket)
    assert isinstance(died, Failed)
    assert died.code == "worker_gone"
    assert isinstance(asker.ask(MakePlan(PipeTarget(1))), PlanMade)


def test_a_damaged_workspace_is_refused_and_the_open_one_stays(asker: Asker, demo: Path, own_demo: Path) -> None:
    opened(asker, demo)
    shutil.rmtree(own_demo / "cache")
    (own_demo / "network.sqlite").write_bytes(b"this is no database" * 100)
    refused = asker.ask(OpenWorkspace(own_demo))
    assert isinstance(refused, Failed)
    assert refused.code == "workspace.unsound"
    assert isinstance(asker.ask(MakePlan(PipeTarget(1))), PlanMade)


def test_who_leaves_a_workspace_has_its_files_open_nowhere_and_can_have_it_rescued(
    asker: Asker, own_demo: Path, tmp_path: Path
) -> None:
    back_up(own_demo, tmp_path / "backup")
    opened(asker, own_demo)
    assert isinstance(asker.ask(LookAtHub(own_demo)), HubShown)
    assert sqlite.in_use(own_demo / JOURNAL)
    ticket = asker.client.submit(MakePlan(PipeTarget(1)))
    asker.client.leave()
    assert asker.answer(ticket) is not None, "nobody waits for ever"
    assert not sqlite.in_use(own_demo / JOURNAL)
    assert not sqlite.in_use(own_demo / NETWORK)
    refused = asker.ask(MakePlan(PipeTarget(1)))
    assert isinstance(refused, Failed)
    assert refused.code == "no_workspace_open"

    network = own_demo / NETWORK
    network.write_bytes(network.read_bytes()[:-4096])
    found = asker.ask(LookForRescue(own_demo))
    assert isinstance(found, RescueFound)
    assert (found.hub, found.backups, found.own_network) == ("", (), False)
    done = asker.ask(RescueFiles(own_demo, tmp_path / "backup"))
    assert isinstance(done, FilesRescued), done
    assert done.aside.is_dir()
    assert not done.own_network
    assert opened(asker, own_demo).pipes > 0
