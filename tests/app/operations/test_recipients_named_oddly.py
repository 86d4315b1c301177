"""People whose names are not what a table expects: each arrives in the recipients' file and is told, as they are."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from handmade import EAST, NORTH, objects, points
from outage_room import NOW, Room

from app.messages import load_words
from app.operations.edit import Author
from app.operations.outage_notices import Sending, recipients, send, write_recipients
from app.operations.outage_told import notice_id
from app.outages.fates import Fate
from app.outages.file_gateway import FileGateway
from app.outages.templates import NoticeKind
from app.workspace import create_workspace
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city

NAMES = {
    "K1": '李"小"明, 和家人',
    "K2": "🌊 水景幼儿园 👨‍👩‍👧",
    "K3": '=HYPERLINK("http://x.example","点我")',
    "K4": "银杏里\n二栋; 三单元",
    "K5": "+86 大厦",
    "K6": "",
    "K7": "O'Brien & <b>Söhne</b>",
}
PHONES = ("0531-55500001", "0531-55500002", "0531-55500003", "0531-55500004", "0531-55500005", "", "0531-55500007")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mains = objects(*(shapely.LineString([(EAST + x, NORTH), (EAST + x + 200, NORTH)]) for x in (0, 200)))
    people = Layer(
        points(*((220 + 10 * at, 10) for at in range(len(NAMES)))),
        {
            "id": objects(*NAMES),
            "name": objects(*NAMES.values()),
            "phone": objects(*PHONES),
            "category": objects(*["residential"] * len(NAMES)),
        },
    )
    layers = {
        "pipe": Layer(mains, {"id": objects("P1", "P2"), "dn_mm": np.array([300.0, 300.0])}),
        "valve": Layer(points((195, 0)), {"id": objects("V1"), "kind": objects("isolation")}),
        "source": Layer(points((0, 0)), {"id": objects("S1"), "kind": objects("plant")}),
        "customer": people,
    }
    noded = build_city(LayerSet(4548, layers, name="一条街", synthetic=True), NodingOptions())
    folder = tmp_path_factory.mktemp("odd") / "city"
    create_workspace(folder, noded, sources=[], now=NOW, actor="a")
    return folder


@pytest.fixture
def room(city: Path) -> Iterator[Room]:
    made = Room(city)
    yield made
    made.desk.workspace.close()


def test_every_name_arrives_and_none_is_a_formula(room: Room, tmp_path: Path) -> None:
    room.plan("P2")
    outage, words = room.desk.book["J1"], load_words("zh_CN")
    table, book, folder = tmp_path / "who.csv", tmp_path / "who.xlsx", tmp_path / "out"
    assert write_recipients("J1", recipients(room.desk, outage.plan), table, words) == len(NAMES)
    assert write_recipients("J1", recipients(room.desk, outage.plan), book, words) == len(NAMES)
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["编号"]: row for row in csv.DictReader(file)}
    assert {who: row["名称"].removeprefix("'") for who, row in rows.items()} == NAMES
    assert [who for who, row in rows.items() if row["名称"].startswith("'")] == ["K3", "K5"]
    page = openpyxl.load_workbook(book).worksheets[0]
    cells = {str(row[0].value): row[1] for row in page.iter_rows(min_row=2)}
    assert {who: cell.value or "" for who, cell in cells.items()} == NAMES
    assert {cell.data_type for cell in cells.values() if cell.value} == {"s"}

    folder.mkdir()
    by = Sending(FileGateway(folder), Author("王"), lambda: 1, lambda _at, _of: None)
    done = send(room.desk, outage, NoticeKind.PLANNED, "停水", by)
    assert {fate: count for fate, count in done.counts.items() if count} == {Fate.HANDED: 6, Fate.NO_PHONE: 1}
    assert not done.finished, "a folder that has the notices has told nobody yet"
    (written,) = folder.glob("*.json")
    sent = json.loads(written.read_text(encoding="utf-8"))
    assert sorted(one["to"] for one in sent) == sorted(phone for phone in PHONES if phone)
    prefix = f"{notice_id(outage, NoticeKind.PLANNED)}/"
    assert {one["id"].removeprefix(prefix) for one in sent} == set(NAMES) - {"K6"}
