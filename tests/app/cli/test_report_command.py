"""``sluice report`` and ``sluice replay`` on a real workspace, with the PDF that is printed."""

import json
import unicodedata
from datetime import datetime
from pathlib import Path

import handmade
import pytest
from pypdf import PdfReader
from refusal import refusal_of

from app.bootstrap import main
from app.messages import load_words
from app.times import CITY_TIME
from app.workspace import create_workspace

NOW = datetime.now(CITY_TIME)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
    assert main(["complaint", str(folder), "take", "--kind", "odour", "--customer", "C2"]) == 0
    assert main(["incident", str(folder), "new", "leak", "P2"]) == 0
    assert main(["hydrant", str(folder), "draw", "--purpose", "fire", "--hydrant", "H1"]) == 0
    (folder / "taken").touch()
    return str(folder)


def plain(text: str) -> str:
    """Fonts name some characters by their radicals, and each run of text stands on a line of its own."""
    return "".join(unicodedata.normalize("NFKC", text).replace("戶", "户").split())


def test_the_month_on_the_terminal_and_on_paper(
    city: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    capsys.readouterr()
    assert main(["report", city, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["complaints"] == {"odour": 1}
    assert told["figures"]["arrival"]["waiting"] == 1
    assert main(["report", city, "--lang", "zh_CN"]) == 0
    assert "投诉处结及时" in capsys.readouterr().out
    for name in ("m.xlsx", "m.csv", "m.pdf"):
        assert main(["report", city, "--out", str(tmp_path / name), "--lang", "zh_CN"]) == 0
        assert (tmp_path / name).stat().st_size > 100
    capsys.readouterr()
    (page,) = PdfReader(tmp_path / "m.pdf").pages
    text, words = plain(page.extract_text()), load_words("zh_CN")
    assert [figure for figure in told["figures"] if plain(words.say("month_figure", figure)) not in text] == []
    assert "30分钟内到场E1001–≥100" in text, "none counts, none was kept, one is waiting, all are asked for"
    assert "x.doc" in refusal_of(["report", city, "--out", str(tmp_path / "x.doc")], capsys)
    assert "2026-13" in refusal_of(["report", city, "--month", "2026-13"], capsys)


def test_the_day_again(city: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    # A run of all tests may begin before midnight and come here after it.
    day = f"{datetime.fromtimestamp((Path(city) / 'taken').stat().st_mtime, CITY_TIME):%Y-%m-%d}"
    assert main(["replay", city, "--day", day, "--every", "60", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 25
    assert lines[0]["incidents"] == []
    assert lines[-1]["incidents"][0]["number"] == "W1"
    assert lines[-1]["complaints"] == ["T1"]
    assert (lines[0]["hydrants"], list(lines[-1]["hydrants"])) == ({}, ["Y1"])
    assert ["hydrant.opened", "Y1"] in [one for line in lines for one in line["written"]]
    for language in LANGUAGES_SAID:
        assert main(["replay", city, "--day", day, "--at", "23:59", "--lang", language]) == 0
        assert main(["replay", city, "--day", day, "--lang", language]) == 0
        told = capsys.readouterr().out
        assert len(told.splitlines()) > 49
        assert {"zh_CN": "消火栓取水中 0，登记 ", "en": "hydrants running 0, entries "}[language] in told
        assert {"zh_CN": "\t消防\t", "en": "fire fighting"}[language] in told
    for wrong in (["--day", "nought"], ["--day", day, "--at", "25:00"], ["--day", day, "--every", "0"]):
        refusal_of(["replay", city, *wrong], capsys)


LANGUAGES_SAID = ("zh_CN", "en")
