"""The plan on paper, read back from the PDF."""

import unicodedata
from pathlib import Path

import pytest
from console_driver import Driver
from full_disk import disk_of
from little_city import ALONE, LEAKING
from pypdf import PdfReader
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.sheet.area import area_of
from app.ui.sheet.blocks import Block, Cell, Columns, Pen, paginate, table
from app.ui.sheet.writer import PAGE_SIZES
from app.ui.theme import SUN
from network.assets import Condition


def written(desk: Driver, path: Path, what: str = "pdf_a4") -> PdfReader:
    desk.window.exporter.write(what, path)
    desk.until(lambda: not desk.window.exporter.busy)
    return PdfReader(path)


def words_of(reader: PdfReader) -> str:
    """Text of all pages; fonts share a glyph between 水 and the radical ⽔, and reading back takes the latter."""
    text = "".join(page.extract_text() for page in reader.pages)
    return unicodedata.normalize("NFKC", text).replace("\n", "").replace("\t", "").replace(" ", "")


def test_the_sheet_names_valves_area_customers_and_what_it_is(desk: Driver, tmp_path: Path) -> None:
    desk.session.suppose(desk.row("valve", "V-H2-2B"), condition=Condition.INOPERABLE)
    desk.plan(LEAKING)
    words = words_of(written(desk, tmp_path / "方案.pdf"))
    for expected in (
        LEAKING,
        "V-H2-2A",
        "V-V3-1B",
        "DN600",
        "1998",
        "清泉大街",
        "东城中学",
        "卡死",
        "小城",
        "4548",
        "1/",
    ):
        assert expected in words, expected
    assert "合成城市" in words
    assert "方案.pdf" in desk.window.status.told.text


def test_the_sheet_speaks_english_too(desk: Driver, tmp_path: Path) -> None:
    desk.window.set_language("en")
    desk.plan(LEAKING)
    words = words_of(written(desk, tmp_path / "plan.pdf"))
    for expected in (
        "Isolation plan",
        "Area without water",
        "Critical customers",
        "hospital",
        "operable",
        "Synthetic city",
    ):
        assert expected.replace(" ", "") in words, expected


@pytest.mark.parametrize(("what", "width_mm"), [("pdf_a4", 210), ("pdf_a3", 297)])
def test_the_paper_has_its_size(desk: Driver, tmp_path: Path, what: str, width_mm: float) -> None:
    desk.plan(LEAKING)
    page = written(desk, tmp_path / "plan.pdf", what).pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(width_mm, abs=1)
    assert set(PAGE_SIZES) == {"A4", "A3"}


def test_every_step_stands_whole_on_a_page_of_its_own(desk: Driver, tmp_path: Path) -> None:
    desk.window.set_language("en")
    desk.plan(LEAKING)
    desk.until(lambda: bool(desk.window.study.programme))
    reader = written(desk, tmp_path / "steps.pdf")
    words = "".join(words_of(reader).split())
    for step in desk.window.study.programme:
        assert unicodedata.normalize("NFKC", "".join(step.text["en"].split())) in words
    first, *_, last = ("".join(page.extract_text().split()) for page in reader.pages)
    assert "Timesrestonhousevalues" not in first
    assert "Timesrestonhousevalues" in last


def test_a_refusal_stands_on_the_sheet(desk: Driver, tmp_path: Path) -> None:
    desk.plan(ALONE)
    words = words_of(written(desk, tmp_path / "plan.pdf"))
    assert "仅靠关阀无法止水" in words
    assert "S-" in words


def test_a_sheet_that_cannot_be_written_leaves_nothing_and_says_so(desk: Driver, tmp_path: Path) -> None:
    desk.plan(LEAKING)
    desk.window.exporter.write("pdf_a4", tmp_path / "none" / "plan.pdf")
    desk.until(lambda: not desk.window.exporter.busy)
    desk.until(desk.window.notice.isVisible)
    assert "plan.pdf" in desk.window.notice.text.text()
    assert not (tmp_path / "none").exists()


def test_the_area_is_named_by_the_streets_it_is_on(desk: Driver) -> None:
    desk.plan(LEAKING)
    content = desk.window.map.canvas.content
    area = area_of(content.scene, content.plan)
    assert area.roads[0] == "清泉大街"
    assert "木桥路" not in area.roads
    assert area.east_west_m == pytest.approx(176, abs=1)
    assert area.north_south_m == pytest.approx(0, abs=1)


def _draw(painter: QPainter, rect: QRectF) -> None:
    painter.drawRect(rect)


def test_pages_break_between_rows_and_repeat_the_head() -> None:
    head = Block(10, _draw)
    rows = [Block(30, _draw, head=head) for _ in range(5)]
    pages = paginate([head, *rows], room=100)
    assert [[placed.top for placed in page] for page in pages] == [[0, 10, 40, 70], [0, 10, 40]]
    assert pages[1][0].block is head


def test_a_page_begins_where_one_is_asked_for() -> None:
    pages = paginate([Block(10, _draw), Block(10, _draw, starts_page=True), Block(10, _draw)], room=100)
    assert [[placed.top for placed in page] for page in pages] == [[0], [0, 10]]


def test_a_heading_is_never_the_last_on_its_page() -> None:
    heading, text = Block(20, _draw, with_next=True), Block(50, _draw)
    pages = paginate([Block(40, _draw), heading, text], room=100)
    assert [len(page) for page in pages] == [1, 2]


def test_a_block_taller_than_a_page_gets_one_to_itself() -> None:
    pages = paginate([Block(10, _draw), Block(500, _draw), Block(10, _draw)], room=100)
    assert [len(page) for page in pages] == [1, 1, 1]


def test_a_table_is_one_block_a_row_after_its_head(qtbot: object) -> None:
    blocks = table(Pen(SUN, 600), Columns(("a", "b"), (100, 0)), [(Cell("1"), Cell("2"))] * 3)
    assert len(blocks) == 4
    assert blocks[0].with_next
    assert all(block.head is not None for block in blocks[1:])


def test_a_full_disk_is_told_and_leaves_the_sheet_of_before(desk: Driver, tmp_path: Path) -> None:
    desk.plan(LEAKING)
    desk.window.exporter.write("pdf_a4", tmp_path / "warm.pdf")
    desk.until(lambda: not desk.window.exporter.busy)
    path = tmp_path / "plan.pdf"
    path.write_text("the old one")
    with disk_of(4096):
        desk.window.exporter.write("pdf_a4", path)
        desk.until(lambda: not desk.window.exporter.busy)
    assert path.read_text() == "the old one"
    assert [one.name for one in tmp_path.glob("*plan*")] == ["plan.pdf"]
    assert "plan.pdf" in desk.window.notice.text.text()
