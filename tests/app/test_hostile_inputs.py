"""Files from elsewhere, made to do harm or harmed: each is read or refused in a sentence, never a crash."""

import inspect
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest
from harmed_texts import NASTY, harmed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bootstrap import main, opens_window
from app.dispatch.rule_pack import STANDARD, read_pack
from app.operations.edit_lines import changes_of
from app.operations.isolate import parse_query_line
from app.operations.outage_plan import ring_in
from app.operations.together import read_shutdowns
from app.operations.tours import visits_in
from app.outages.file_gateway import _ids_in
from app.outages.form_gateway import form_in
from app.outages.gateway import answers_in
from app.outages.templates import read_templates
from app.resources import folder
from app.sync.rights_told import rights_told
from app.telemetry.recordings import read_recording
from app.telemetry.setup import FOLDER, SETUP, read_setup
from app.workspace_backups import known_backups
from gis.exchange.joins import read_csv
from gis.exchange.mapping_file import read_mapping
from gis.exchange.table_files import rows_in
from network.errors import CodedError

MAPPING = """
[mapping]
name = "South town"
version = 1
[[layer]]
source = "node"
target = "valve"
where = { kind = ["a", "b"], state = 1 }
[layer.columns]
dn_mm = { column = "size", unit = "inch" }
kind = { column = "kind", words = { a = "isolation" }, default = "other" }
"""
GATEWAY = """
refused_statuses = [422]
timeout_s = 5.5
[send]
url = "https://sms.example/v1/send"
headers = { Via = "{id}" }
form = { mobile = "{to}", content = "{text}" }
accepted = { path = "code", is = [0] }
receipt = "data.msgId"
[status]
url = "https://sms.example/v1/status?id={id}"
method = "GET"
pending = { path = "data.0.state", is = ["SENDING"] }
"""
POLYGON = {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}
SHUTDOWNS = '[[shutdown]]\nid = "A"\npipe = "P1"\nstart = 2026-03-12T01:00:00+08:00\nclose = ["V1", "V2"]\n'
RECORDING = "channel,time,value\nPT-1,2026-03-12T01:00:00+08:00,0.31\nPT-1,2026-03-12T01:01:00+08:00,0.30\n"
SET_UP = (
    '{"channels": [{"id": "P", "name": "p", "quantity": "pressure", "unit": "MPa", "x_m": 1.5, "aliases": '
    '[{"feed": "f", "name": "n", "from": "2026-03-01"}]}], "limits": [{"id": "L", "channel": "P", "side": "low", '
    '"limit": 18.0, "on_delay_ms": 5}], "feeds": [{"name": "f", "kind": "mqtt", "host": "h", "topics": ["a/#"]}]}'
)


@dataclass(frozen=True)
class Reader:
    """One way in: the name of its file, a text that it takes, and what reads it."""

    name: str
    sound: str
    read: Callable[[Path], object]


def _setup(path: Path) -> object:
    (path.parent / FOLDER).mkdir(exist_ok=True)
    (path.parent / FOLDER / SETUP).write_bytes(path.read_bytes())
    return read_setup(path.parent)


def _lines(parse: Callable[[str], object]) -> Callable[[Path], object]:
    return lambda path: [parse(line) for line in path.read_text("utf-8", errors="replace").splitlines()]


def _rights(path: Path) -> object:
    return rights_told(path.parent, "H")


READERS = (
    Reader("rules.toml", (folder("rules") / STANDARD).read_text("utf-8")[:6000], read_pack),
    Reader("notices.toml", (folder("notices") / "zh_CN.toml").read_text("utf-8"), read_templates),
    Reader("gateway.toml", GATEWAY, form_in),
    Reader("mapping.toml", MAPPING, read_mapping),
    Reader("shutdowns.toml", SHUTDOWNS, read_shutdowns),
    Reader("shutdowns.json", '{"shutdown": [{"id": "A", "pipe": "P1", "start": 1}]}', read_shutdowns),
    Reader("setup.json", SET_UP, _setup),
    Reader("recording.csv", RECORDING, lambda path: read_recording(path, UTC)),
    Reader("visits.csv", "id,x,y,minutes\nV1,1.5,2,10\nV2,3,4,20\n", visits_in),
    Reader("area.geojson", json.dumps({"type": "Feature", "properties": {}, "geometry": POLYGON}), ring_in),
    Reader("targets.jsonl", '{"pipe": "P1", "offset_m": 2.5, "closed": ["V1"]}', _lines(parse_query_line)),
    Reader(
        "edits.jsonl",
        '{"do": "set", "layer": "pipe", "id": "P1", "fields": {"dn_mm": 300}}',
        _lines(lambda line: changes_of(line, lambda *_: None)),
    ),
    Reader("meters.csv", "code,customer\nM1,C1\nM2,C2\n", read_csv),
    Reader("tickets.csv", "id,phone,text\nT1,5550001,no water\n", lambda path: rows_in(path.read_bytes(), ".csv", "t")),
    Reader("tickets.json", '[{"id": "T1", "text": "no water"}]', lambda path: rows_in(path.read_bytes(), ".json", "t")),
    Reader("receipts.json", '[{"id": "N1", "receipt": "r"}]', lambda path: answers_in(path.read_bytes())),
    Reader("hub-people.json", json.dumps({"hub": "H", "signs": ["w"], "people": []}), _rights),
    Reader("backups.json", '[{"folder": "b", "at_ms": 1}]', lambda path: known_backups(path.parent)),
    Reader("sent.json", '[{"id": "N1"}]', lambda path: list(_ids_in(path))),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def read(reader: Reader, place: Path, text: bytes) -> None:
    path = place / reader.name
    path.write_bytes(text)
    with suppress(CodedError):
        reader.read(path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_each_reader_takes_its_own_text_so_that_harm_is_what_is_refused(reader: Reader, place: Path) -> None:
    path = place / reader.name
    path.write_text(reader.sound, encoding="utf-8")
    if reader.name != "rules.toml":  # a part of it
        assert reader.read(path) is not None


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_is_nasty_alone_is_read_or_refused(reader: Reader, place: Path) -> None:
    for nasty in NASTY:
        read(reader, place, nasty)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_harmed_text_is_read_or_refused(reader: Reader, place: Path, data: st.DataObject) -> None:
    read(reader, place, data.draw(harmed(reader.sound.encode())))


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@given(data=st.data())
def test_a_harmed_text_is_read_or_refused_very_often(reader: Reader, place: Path, data: st.DataObject) -> None:
    read(reader, place, data.draw(harmed(reader.sound.encode())))


WORDS = (
    "isolate", "order", "check", "hub", "outage", "incident", "take", "merge", "rescue", "--json", "--pipe", "--at",
    "--targets", "--lang", "zh_CN", "-1,2", "1e999", "NaN", "../..", "--", "@file", "—", "\u202e", "", "\0", "x" * 5000,
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=6))
def test_any_command_line_ends_with_a_status_and_one_line(
    typed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    words = [word for word in typed if word not in {"-h", "--help"}]
    if opens_window(words) or not any(word and not word.startswith("-") for word in words):
        return  # that opens the window, in a process of its own
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(str(ended.code))
    told = capsys.readouterr()
    assert status in {0, 1, 2}
    assert "Traceback" not in told.err
    if status == 2:
        assert len(told.err.strip().splitlines()) == 1, told.err
    assert list(tmp_path.iterdir()) == []


def test_this_list_names_every_reader_of_texts_from_elsewhere(project: Path) -> None:
    """Whoever parses TOML, JSON or CSV from a file is either tried here, or reads what the program itself wrote."""
    own = {
        "app/journal/log.py", "app/journal/events.py", "app/journal/hub.py", "app/messages/words.py",
        "app/ui/resume.py", "app/ui/editing/unwritten.py", "app/ui/tools/bookmark_shelf.py",
        "app/dispatch/position_store.py",
        "app/operations/dispatch_snapshot.py", "app/operations/bundling.py", "app/sync/bundles.py",
        "app/workspace_files.py", "gis/cache.py", "gis/compared.py", "gis/scene/map_style.py",
        "gis/stores/sql_store.py", "gis/synthetic/flawed.py", "app/telemetry/bursts/proposals.py",
        "app/telemetry/alarm_feeding.py", "app/telemetry/mistaken_units.py", "app/telemetry/bursts/learned.py",
    }  # fmt: skip
    # Their own tests try any message.
    elsewhere = {
        "app/telemetry/json_messages.py", "app/telemetry/sparkplug_payload.py", "app/dispatch/positions.py"
    }  # fmt: skip
    tried = {_home(reader.read, project) for reader in READERS}
    tried |= {_home(one, project) for one in (read_setup, parse_query_line, changes_of, rows_in, answers_in, _ids_in)}
    tried |= {_home(read_recording, project), _home(known_backups, project)}
    parses = re.compile(r"\bjson\.loads?\(|\btomllib\.loads?\(|\bcsv\.(?:reader|DictReader)\(")
    found = {
        str(path.relative_to(project))
        for top in ("app", "gis", "network")
        for path in (project / top).rglob("*.py")
        if parses.search(path.read_text("utf-8"))
    }
    assert found - tried - own - elsewhere == set()


def _home(function: Callable[..., object], project: Path) -> str:
    return str(Path(inspect.getsourcefile(function) or "").resolve().relative_to(project.resolve()))
