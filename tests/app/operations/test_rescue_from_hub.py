"""A damaged workspace is set aside: a sound one, made of what the hub holds and of what waited, takes its place."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from same import differences
from servers import Postgres
from test_rescue import harm, quiet

from app.bootstrap import main
from app.errors import AppError
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.operations.hub import exchange_now
from app.operations.rescue import rescue_in_place
from app.sync.membership import forget_membership
from app.workspace import open_workspace, record_valve_observed
from app.workspace_care import examine
from app.workspace_files import HUB, JOURNAL, NETWORK
from gis.errors import GisError
from network.assets import DeviceKind, Position
from network.errors import CodedError

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
MOMENT = NOW.replace(hour=19, minute=5)


def page_of(path: Path, share: float) -> None:
    """Spoil a page somewhere in the file."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    at = int(len(content) / size * share) * size
    content[at : at + size] = bytes(one ^ 0xFF for one in content[at : at + size])
    path.write_bytes(content)


def turned(folder: Path, note: str) -> str:
    """A valve is seen closed; its id."""
    with closing(open_workspace(folder)) as workspace:
        devices = workspace.city.network.devices
        valve = next(devices.ids[row] for row in range(len(devices)) if devices.kind[row] == DeviceKind.ISOLATION)
        record_valve_observed(workspace, valve, now=NOW, actor="a", position=Position.CLOSED, note=note)
        workspace.journal.settle()
    return valve


@pytest.fixture
def away(postgres_server: Postgres, database: str, own_demo: Path) -> tuple[Path, str]:
    """A workspace that follows a hub, has sent one entry there and holds one more; the valve of both."""
    postgres_server.skip_without_postgis()
    assert main(["hub", "init", str(own_demo), "--address", database]) == 0
    turned(own_demo, "sent")
    exchange_now(own_demo)
    return own_demo, turned(own_demo, "not sent yet")


@pytest.mark.parametrize("spoilt", [NETWORK, JOURNAL])
def test_what_the_hub_holds_and_what_waited_make_a_sound_one_in_its_place(
    away: tuple[Path, str], database: str, capsys: pytest.CaptureFixture[str], spoilt: str
) -> None:
    folder, valve = away
    with closing(open_workspace(folder)) as workspace:
        meta, city, before = workspace.meta, workspace.city, list(workspace.journal.events())
        workspace.journal.settle()
    if spoilt == NETWORK:
        page_of(folder / NETWORK, 0.5)
    else:
        # What came first can no longer be read there: the hub has it.
        harm(folder / JOURNAL, before[0].hash.encode(), 64)
    assert not examine(folder).sound
    damaged = (folder / spoilt).read_bytes()
    assert main(["rescue", str(folder), "--hub"]) == 0
    said = capsys.readouterr().out
    (aside,) = folder.parent.glob(f"{folder.name}.damaged-*")
    assert str(aside) in said
    assert (aside / spoilt).read_bytes() == damaged, "set aside as it was"
    assert examine(folder).sound
    with closing(open_workspace(folder)) as workspace:
        held = list(workspace.journal.events())
        waiting = workspace.journal.pending()
        assert workspace.meta == meta
        assert list(differences(workspace.city, city)) == []
        assert workspace.state.valves[valve]
        notes = {text.content for text in workspace.journal.texts(held)}
    assert [event.key for event in held] == [event.key for event in before], "nothing is lost"
    assert len(waiting) == 1
    assert {"sent", "not sent yet"} <= notes
    # It follows the hub as before, and what waited goes there.
    exchange_now(folder)
    with closing(HubJournal.open(database)) as hub:
        assert {event.key for event in before} <= {event.key for event in hub.pull(0).events}


def test_nothing_is_touched_where_it_cannot_be_done(away: tuple[Path, str], postgres_server: Postgres) -> None:
    folder, _ = away
    page_of(folder / NETWORK, 0.5)
    files = (NETWORK, JOURNAL, HUB)
    before = {name: (folder / name).read_bytes() for name in files}
    beside = sorted(path.name for path in folder.parent.iterdir())

    def refusal(*, from_hub: bool = True) -> str:
        with pytest.raises(CodedError) as caught:
            rescue_in_place(folder, None, quiet, NOW, from_hub=from_hub)
        return caught.value.code

    assert refusal(from_hub=False) == "rescue.no_network"
    holder = "import sys; from app.journal.log import Journal; from pathlib import Path;"
    holder += "j = Journal.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(folder / JOURNAL)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as console:
        assert console.stdout is not None
        assert console.stdout.readline() == b"open\n"
        assert refusal() == "rescue.in_use"
        assert console.stdin is not None
        console.stdin.close()
    hub = (folder / HUB).read_text("utf-8")
    (folder / HUB).write_text(hub.replace('"hub": "', '"hub": "0'), "utf-8")
    assert refusal() == "hub.another_hub"
    (folder / HUB).write_text(hub, "utf-8")
    with postgres_server.shut(_address(hub)), pytest.raises(GisError, match="server"):
        rescue_in_place(folder, None, quiet, NOW, from_hub=True)
    forget_membership(folder)
    assert refusal() == "hub.none"
    (folder / HUB).write_text(hub, "utf-8")
    assert {name: (folder / name).read_bytes() for name in files} == before
    assert sorted(path.name for path in folder.parent.iterdir()) == beside


def _address(hub: str) -> str:
    return str(json.loads(hub)["address"])


def _torn(journal: Path) -> None:
    """The last of its events is no longer what was written."""
    with closing(Journal.open(journal)) as opened:
        last = list(opened.events())[-1]
        opened.settle()
    content = journal.read_bytes()
    assert content.count(last.hash.encode()) == 1
    journal.write_bytes(content.replace(last.hash.encode(), b"0" * 64))


def test_what_stands_in_the_way_of_setting_aside_is_said(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two names cannot be given: the damaged folder comes back under its own."""
    (own_demo / "telemetry").mkdir()
    (own_demo / "telemetry" / "setup.json").write_text("{}")
    (own_demo / "notices.sqlite").write_bytes(b"who was told")
    with pytest.raises(AppError, match=r"rescue\.sound"):
        rescue_in_place(own_demo, None, quiet, MOMENT)
    _torn(own_demo / JOURNAL)
    given = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name.endswith(".rescued"):
            raise OSError(28, "No space left on device")
        return given(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(AppError, match="cannot_write"):
        rescue_in_place(own_demo, None, quiet, MOMENT)
    monkeypatch.undo()
    assert not examine(own_demo).sound
    assert (own_demo / "notices.sqlite").exists()
    _, aside = rescue_in_place(own_demo, None, quiet, MOMENT)
    assert aside.name == f"{own_demo.name}.damaged-20260302-030500"
    assert sorted(path.name for path in own_demo.parent.iterdir() if own_demo.name in path.name) == [
        own_demo.name, aside.name,
    ]  # fmt: skip
    assert examine(own_demo).sound
    assert (own_demo / "telemetry" / "setup.json").read_text() == "{}", "what lies beside the two files goes on"
    assert (own_demo / "notices.sqlite").read_bytes() == b"who was told"
    assert {path.name.partition("-")[0] for path in aside.iterdir()} <= {NETWORK, JOURNAL, "cache"}
