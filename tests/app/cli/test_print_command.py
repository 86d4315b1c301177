"""``sluice print``: files, and bad input in one line."""

from pathlib import Path

import pytest
from pypdf import PdfReader
from refusal import refusal_of

from app.bootstrap import main


def test_a_map_is_printed(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "map.pdf"
    asked = ["print", str(demo), "--out", str(out), "--paper", "A3", "--portrait", "--title", "泉城", "--lang", "zh_CN"]
    assert main(asked) == 0
    page = PdfReader(out).pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(297, abs=0.5)
    assert "泉城" in page.extract_text()
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--scale", "1:x"], "is no scale; write 1:1000"),
        (["--bounds", "1,2,3"], "is no rectangle"),
        (["--bounds", "1,2,1,4"], "is no rectangle"),
        (["--bounds", "1,2,a,4"], "is no rectangle"),
        (["--pipe", "nowhere"], "There is no pipe with id nowhere"),
        (["--along", "nowhere"], "There is no pipe with id nowhere"),
        (["--scale", "1:100"], "does not fit on A4 at 1:100"),
        (["--book", "along"], "Choose what the book goes along"),
    ],
)
def test_bad_input_is_one_line(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    asked = ["print", str(demo), "--lang", "en", "--out", str(tmp_path / "x.pdf"), *more]
    assert said in refusal_of(asked, capsys)
    assert list(tmp_path.iterdir()) == []
