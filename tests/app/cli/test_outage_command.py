"""``sluice outage`` on a real workspace: planned, judged, told through a real gateway, refused in one sentence."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import handmade
import pytest
from notice_office import office
from openpyxl import load_workbook
from refusal import refusal_of

from app.bootstrap import main
from app.times import CITY_TIME
from app.workspace import create_workspace

DAY = (datetime.now(CITY_TIME) + timedelta(days=5)).date()
WINDOW = ["--start", f"{DAY}T22:00", "--end", f"{DAY + timedelta(days=1)}T04:00"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("outages") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(CITY_TIME), actor="a")
    return str(folder)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str, status: int = 0) -> str:
        assert main(["outage", *arguments]) == status
        return capsys.readouterr().out

    return run


def test_the_life_of_an_outage(
    city: str, told: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    area = tmp_path / "area.geojson"
    box = [[handmade.EAST + x, handmade.NORTH + y] for x, y in ((105, -5), (145, -5), (145, 5), (105, 5))]
    area.write_text(json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [box]}}))
    words = ["--reason", "改造 \"A\" 'B' \U0001f6b0", "--title", "银杏路"]
    planned = json.loads(told(city, "plan", "--area", str(area), *WINDOW, *words, "--who", "王", "--json"))
    # Other tests of this file plan in the same city, before or after.
    number = planned["number"]
    assert planned["effect"]["out"] == 1
    assert planned["lawful"]
    assert {one["rule"]: one["standing"] for one in planned["rules"]}["P3"] == "open"
    shown = told(city, "show", number, "--lang", "zh_CN")
    assert "应提前48小时通知受影响的客户" in shown
    assert "须批准：值班长, 管网部门" in shown
    folder = tmp_path / "web"
    folder.mkdir()
    to_web = ("send", number, "--audience", "web", "--gateway", str(folder), "--lang", "zh_CN")
    assert "尚未批准" in refusal_of(["outage", city, *to_web], capsys)
    told(city, "approve", number, "--role", "network_department", "--who", "赵")
    assert "已批准" in told(city, "approve", number, "--role", "shift_lead", "--who", "孙", "--lang", "zh_CN")
    notice = told(city, "notice", number, "--lang", "zh_CN")
    assert "改造 \"A\" 'B' \U0001f6b0" in notice
    assert "四至范围：东至" in notice
    assert "Bounded to the east by" in told(city, "notice", number, "--lang", "en")
    told(city, *to_web, status=1)
    (written,) = folder.glob("*.json")
    (page,) = json.loads(written.read_text(encoding="utf-8"))
    assert (page["to"], page["text"].rstrip()) == ("web", notice.rstrip())
    written.with_suffix(".receipts.json").write_text(
        json.dumps([{"id": page["id"], "receipt": "公告-7"}]), encoding="utf-8"
    )
    told(city, *to_web)
    assert "公告-7" in told(city, "receipts", number, "--audience", "web")
    assert json.loads(told(city, "show", number, "--json"))["earlier_texts"] == {}
    standings = {one["rule"]: one["standing"] for one in json.loads(told(city, "show", number, "--json"))["rules"]}
    assert (standings["P0"], standings["P4"], standings["P1"]) == ("met", "met", "open")
    assert "尚未登记恢复供水" in refusal_of(["outage", city, *to_web, "--kind", "restored"], capsys)
    table = tmp_path / "who.xlsx"
    told(city, "recipients", number, "--out", str(table))
    rows = list(load_workbook(table).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["119", "C1"]
    with office() as server:
        # The hospital's phone is not on record: somebody goes there.
        sent = json.loads(told(city, "send", number, "--gateway", server.address, "--json"))
    assert (sent["no_phone"], sent["finished"], sent["everyone"]) == (1, True, False)
    assert told(city, "receipts", number, "--lang", "en") == "C1\tno phone\t0\n".replace("\t0", "\t\t0")
    told(city, "record", number, "--fact", "everyone.told")
    assert "announced" in told(city, "list", "--lang", "en")
    assert number in told(city, "calendar", "--lang", "en")
    assert "called off" in told(
        city, "cancel", number, "--role", "management", "--why", "rain", "--who", "赵", "--lang", "en"
    )
    assert "已取消" in refusal_of(["outage", city, *to_web], capsys)


REFUSED = [
    (["show"], "Name the planned outage"),
    (["show", "J77"], "There is no planned outage J77"),
    (["plan", "--pipe", "P2"], "Say when the water is off"),
    (["plan", "--pipe", "P2", "--start", "2020-01-01T22:00", "--end", "2020-01-02T02:00"], "has passed"),
    (["plan", *WINDOW], "pipe, at, area"),
    (["plan", "--pipe", "P9", *WINDOW], "no pipe with id P9"),
    (["plan", "--pipe", "P2", "--pipe", "P9", *WINDOW], "no pipe with id P9"),
    (["plan", "--area", "NO.geojson", *WINDOW], "NO.geojson"),
    (["plan", "--pipe", "P1", *WINDOW], "source"),
    (["approve", "J77"], "Say as whom"),
    (["templates"], "--adopt"),
]


@pytest.mark.parametrize(("asked", "sentence"), REFUSED)
def test_what_cannot_be_done_is_told_in_one_sentence(
    city: str, asked: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal_of(["outage", city, *asked, "--lang", "en"], capsys)


def test_a_template_with_an_error_leaves_the_old_one(
    city: str, told: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[planned]\nweb = "{start} {edn} {area}"\n', encoding="utf-8")
    assert "planned.web" in refusal_of(["outage", city, "templates", "--adopt", str(own), "--lang", "en"], capsys)
    assert not (Path(city) / "notices.en.toml").exists()
    good = ["[planned]", 'web = "Off {start} to {end}: {area}"', 'sms = "{start} {end} {bounds}"']
    own.write_text("\n".join([*good, "[restored]", 'web = "{area}"', 'sms = "{bounds}"']), encoding="utf-8")
    assert "adopted" in told(city, "templates", "--adopt", str(own), "--lang", "en")


def test_several_mains_in_one_outage(city: str, told: Callable[..., str]) -> None:
    planned = json.loads(told(city, "plan", "--pipe", "P3", "--pipe", "P2", *WINDOW, "--json"))
    alone = json.loads(told(city, "plan", "--pipe", "P2", *WINDOW, "--json"))
    assert (planned["target"], alone["target"]) == ({"pipes": ["P2", "P3"]}, {"pipe": "P2"})
    assert set(planned["close"]) >= set(alone["close"])
