"""Maps on paper, read back from the files."""

import itertools
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from full_disk import disk_of
from little_city import EAST, LEAKING, NORTH
from pypdf import PdfReader
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.operations.print_material import print_material
from app.ui.look import Look
from app.ui.map.lettering import lettering
from app.ui.paper import strip
from app.ui.paper.headless import PrintOptions, PrintSubject, print_out, wish_of
from app.ui.paper.layout import PX_PER_MM, SheetLayout
from app.ui.paper.order import PrintOrder, order_of
from app.ui.paper.sheet_map import sheet_chips
from app.ui.paper.writer import StoppedError, write_printout
from app.ui.sheet import sheet
from gis.map_book import BookSheet
from gis.paper import PAPERS_MM, Paper
from gis.scene.view import Bounds
from network.columns import CodedColumn
from network.errors import CodedError

AT = datetime(2026, 3, 12, 14, 32, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
MIDDLE = Bounds(EAST + 350, NORTH + 350, EAST + 650, NORTH + 450)


@pytest.fixture(autouse=True)
def english_afterwards(qtbot: QtBot) -> Iterator[None]:
    yield
    Look("sun", "en").apply()


@pytest.fixture(scope="module")
def subject_of(town_master: Path) -> Callable[..., PrintSubject]:
    """What there is to print of the town; made once for each plan and way."""
    made: dict[tuple[str | None, tuple[str, ...]], PrintSubject] = {}

    def subject(pipe: str | None = None, way: tuple[str, ...] = ()) -> PrintSubject:
        if (pipe, way) not in made:
            found = print_material(town_master, pipe, way)
            city = found.map
            made[pipe, way] = PrintSubject(
                found.opened, city.city, city.scene, city.states, city.made, found.pipe, found.way_m
            )
        return made[pipe, way]

    return subject


def options(path: Path, **chosen: object) -> PrintOptions:
    return PrintOptions(path, **{"paper": Paper("A4"), "at": AT, "language": "en", **chosen})  # type: ignore[arg-type]


def printed(wanted: PrintOptions, subject: PrintSubject) -> PdfReader:
    told: list[tuple[int, int]] = []
    paths = print_out(wanted, subject, lambda done, pages: told.append((done, pages)))
    assert paths == (wanted.path,)
    reader = PdfReader(wanted.path)
    assert told == [(at, len(reader.pages)) for at in range(1, len(reader.pages) + 1)]
    return reader


def words_of(reader: PdfReader, page: int | None = None) -> str:
    pages = reader.pages if page is None else [reader.pages[page]]
    text = "".join(page.extract_text() for page in pages)
    # Grid figures have thin spaces, and fonts share a glyph between 水 and the radical ⽔.
    return unicodedata.normalize("NFKC", text).translate({ord(blank): None for blank in " \n\t\u2009\u202f"})


def order(subject: PrintSubject, wanted: PrintOptions) -> PrintOrder:
    look = Look("sun", wanted.language)
    look.apply()
    return order_of(wish_of(wanted, subject, look))


def refusal(wanted: PrintOptions, subject: PrintSubject) -> CodedError:
    with pytest.raises(CodedError) as refused:
        print_out(wanted, subject, lambda _done, _pages: None)
    assert not [path for path in wanted.path.parent.glob("*") if wanted.path.stem in path.name]
    return refused.value


def test_a_plan_is_a_map_with_letters_and_then_its_tables(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    reader = printed(options(tmp_path / "方案.pdf", language="zh_CN", scale=2500), subject_of(LEAKING))
    front, rest = words_of(reader, 0), "".join(words_of(reader, page) for page in range(1, len(reader.pages)))
    for expected in (LEAKING, "小城", "日志#", "4548", "2026-03-12", "14:32", "1:2500", "图例", "隔离区", "清泉大街"):
        assert expected.replace(" ", "") in front, expected
    for expected in ("合成城市", "停水范围", "V-H2-2A", "东城中学", "C0073"):
        assert expected in rest, expected
    # Lines and letters, no picture of them.
    assert not list(reader.pages[0].images)
    assert reader.pages[0]["/Resources"]["/Font"]
    assert len(printed(options(tmp_path / "plan.pdf", tables=False), subject_of(LEAKING)).pages) == 1


def test_of_very_many_customers_the_first_are_listed_and_the_rest_is_said(
    subject_of: Callable[..., PrintSubject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_CUSTOMERS", 3)
    said = words_of(printed(options(tmp_path / "plan.pdf"), subject_of(LEAKING)))
    assert "Thefirst3of8" in said
    # Critical ones are the first; the fourth of the others is not listed any more.
    assert "K01" in said
    assert "C0075" not in said


def test_legend_and_grid_tell_what_is_there_and_nothing_else(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    near = words_of(printed(options(tmp_path / "near.pdf", bounds=MIDDLE, scale=2500), subject_of()))
    assert "500400" in near
    assert "4060400" in near
    assert "mainDN400–799" in near
    assert "hydrant" in near
    assert "plant,reservoir" not in near
    assert "DMAborder" not in near
    assert "isolated" not in near
    whole = words_of(printed(options(tmp_path / "all.pdf", grid=False), subject_of()))
    assert "plant,reservoir" in whole
    assert "4060000" not in whole


def test_paper_has_its_size_and_the_map_its_scale() -> None:
    for size, landscape in itertools.product(PAPERS_MM, (True, False)):
        layout = SheetLayout(Paper(size, landscape), 12)
        assert layout.whole.width() / PX_PER_MM == pytest.approx(PAPERS_MM[size][1 if landscape else 0])
        bounds = layout.frame.ground((EAST, NORTH), 2500)
        view = layout.view(bounds, 2500)
        assert view.bounds == pytest.approx(bounds)
        assert layout.border.contains(layout.map)
        assert not layout.map.intersects(layout.strip)


def test_a_main_lies_where_it_is_on_the_ground(subject_of: Callable[..., PrintSubject], tmp_path: Path) -> None:
    wanted = options(tmp_path / "map.png", bounds=MIDDLE, scale=2000, dpi=96, grid=False)
    made = order(subject_of(), wanted)
    write_printout(wanted.path, made, 96, lambda _done, _pages: None, lambda: None)
    image = QImage(str(wanted.path))
    assert image.dotsPerMeterX() == pytest.approx(96 / 0.0254, abs=1)
    assert image.width() == round(297 * PX_PER_MM)
    view = made.layout.view(made.sheets[0].bounds, 2000)

    def darkness(x_m: float, y_m: float) -> float:
        x, y = view.to_px(x_m, y_m)
        at = made.layout.map.topLeft()
        return 255 - QColor(image.pixel(round(at.x() + x), round(at.y() + y))).lightness()

    # The main lies on the street's middle; half a road away there is nothing.
    for x_m in (EAST + 435, EAST + 475):
        assert darkness(x_m, NORTH + 400) > 100
        assert darkness(x_m, NORTH + 385) < 40


@pytest.mark.parametrize(("size", "scale"), [("A4", 2000), ("A4", 10_000), ("A3", 500)])
def test_the_scale_bar_is_as_long_as_it_says_and_the_arrow_points_up(
    subject_of: Callable[..., PrintSubject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str, scale: int
) -> None:
    said: list[str] = []
    monkeypatch.setattr(strip, "lettering", lambda text, *look: said.append(text) or lettering(text, *look))
    place = Bounds(EAST + 490, NORTH + 390, EAST + 510, NORTH + 410)
    made = order(subject_of(), options(tmp_path / "map.png", paper=Paper(size), bounds=place, scale=scale))
    write_printout(tmp_path / "map.png", made, 288, lambda _done, _pages: None, lambda: None)
    image, layout = QImage(str(tmp_path / "map.png")), made.layout
    cell, top = layout.cells[2], layout.strip.topLeft()

    def dark(x: float, y: float) -> bool:
        """Whether there is ink at a place of the cell, which is in the strip's own px."""
        x, y = top.x() + (cell.left() + x) * layout.factor, top.y() + (cell.top() + y) * layout.factor
        return QColor(image.pixel(int(3 * x), int(3 * y))).lightness() < 140

    assert said[:2] == ["N", "0"]
    told_m = next(float(text.removesuffix(" m")) for text in said if text.endswith(" m"))
    step = 1 / (3 * layout.factor)
    edge = [dark(10.0 + at * step, 74.0) for at in range(int((cell.width() - 10) / step))]
    width = edge.index(False) * step
    assert width * layout.factor / PX_PER_MM / 1000 * scale == pytest.approx(told_m, rel=0.02)
    assert [dark(10.0 + width * (part + 0.5) / 4, 76.5) for part in range(4)] == [True, False, True, False]
    # The arrow is narrow at the top; its western half is filled, the eastern one is not.
    middle = cell.width() - 24.0
    assert [dark(middle + across, 26.0) for across in (-3.0, 3.0)] == [True, False]
    assert [dark(middle + across, 14.0) for across in (-6.0, 0.0, 6.0)] == [False, True, False]


def test_a_book_side_by_side_has_an_overview_and_says_where_it_goes_on(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    reader = printed(options(tmp_path / "book.pdf", book="grid", scale=2500), subject_of())
    count = len(reader.pages)
    assert count > 3
    front = words_of(reader, 0)
    assert "Overviewofsheets" in front
    assert all(str(page) in front for page in range(2, count + 1))
    assert f"Page1/{count}" in front
    assert f"Page2/{count}" in words_of(reader, 1)
    assert "▼3" in words_of(reader, 1)
    # As pictures pages are files with numbers.
    wanted = options(tmp_path / "book.png", book="grid", scale=5000, dpi=40)
    paths = print_out(wanted, subject_of(), lambda _done, _pages: None)
    assert [path.name for path in paths] == [f"book-{at}.png" for at in range(1, len(paths) + 1)]
    assert all(not QImage(str(path)).isNull() for path in paths)


def test_on_an_overview_no_page_covers_another_where_sheets_lie_over_each_other(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    made = order(subject_of(), options(tmp_path / "book.pdf", book="grid", scale=5000))
    assert made.overview is not None
    middle_x_m, middle_y_m = made.overview.bounds.centre
    same = Bounds(middle_x_m - 200, middle_y_m - 150, middle_x_m + 200, middle_y_m + 150)
    crowded = replace(made, sheets=tuple(BookSheet(at, f"DMA-{at}", same, 5000) for at in range(1, 13)))
    view = made.layout.view(made.overview.bounds, made.overview.scale)
    chips = sheet_chips(view, crowded)
    boxes = [box for _, box in chips]
    assert len(boxes) == 12
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    left, top = view.to_px(same.x_min, same.y_max)
    right, bottom = view.to_px(same.x_max, same.y_min)
    for text, box in chips:
        width = box[2] - box[0] if "DMA" not in text else 0
        assert left <= box[0] + width / 2 <= right
        assert top <= (box[1] + box[3]) / 2 <= bottom, "each page stands on its own sheet"
    full = replace(made, sheets=tuple(replace(crowded.sheets[0], number=at) for at in range(1, 400)))
    assert len(sheet_chips(view, full)) == 399, "where there is no room at all each stands in the middle"


def test_a_book_along_a_way_follows_it(subject_of: Callable[..., PrintSubject], tmp_path: Path) -> None:
    subject = subject_of(None, ("P-H2-0", "P-H2-4"))
    made = order(subject, options(tmp_path / "way.pdf", book="along", scale=1000))
    assert len(made.sheets) > 2
    assert made.sheets[0].bounds.x_min < EAST + 100 < made.sheets[0].bounds.x_max
    assert made.sheets[-1].bounds.x_min < EAST + 900 < made.sheets[-1].bounds.x_max
    assert all(sheet.bounds.y_min < NORTH + 400 < sheet.bounds.y_max for sheet in made.sheets)


def test_a_book_of_metered_areas_has_a_sheet_for_each_that_shows_all_of_it(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    plain = subject_of()
    network, shapes = plain.city.network, plain.city.shapes
    west = shapes.xy_m[shapes.offsets[:-1], 0] < EAST + 300
    named = CodedColumn.of("DMA-W" if one else "DMA-E" for one in west.tolist())
    city = replace(plain.city, network=replace(network, pipes=replace(network.pipes, dma=named)))
    subject = replace(plain, city=city)
    wanted = options(tmp_path / "dma.pdf", book="dma")
    sheets = {sheet.name: sheet.bounds for sheet in order(subject, wanted).sheets}
    assert list(sheets) == ["DMA-E", "DMA-W"]
    for name, inside in (("DMA-W", west), ("DMA-E", ~west)):
        for row in inside.nonzero()[0].tolist():
            xy_m = shapes.xy_m[shapes.offsets[row] : shapes.offsets[row + 1]]
            assert (xy_m >= sheets[name][:2]).all()
            assert (xy_m <= sheets[name][2:]).all()
    reader = printed(wanted, subject)
    assert len(reader.pages) == 3
    assert all(name in words_of(reader, 0) for name in sheets), "the overview names them"
    for page, name in enumerate(sheets, start=1):
        assert name in words_of(reader, page)
        assert f"Page{page + 1}/3" in words_of(reader, page)


def test_what_cannot_be_printed_is_told_and_leaves_nothing(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    town = subject_of()
    pdf, png = tmp_path / "x.pdf", tmp_path / "x.png"
    too_small = refusal(options(pdf, scale=100), town)
    assert too_small.code == "print.too_small"
    assert too_small.detail["needed_scale"] == 10_000
    assert refusal(options(pdf, book="dma"), town).code == "print.no_dmas"
    assert refusal(options(pdf, book="along"), town).code == "print.no_way"
    assert refusal(options(pdf, scale=7), town).code == "print.bad_scale"
    assert refusal(options(tmp_path / "x.docx"), town).code == "print.unknown_ending"
    assert refusal(options(png, dpi=5), town).code == "print.bad_dpi"
    assert refusal(options(png, paper=Paper("A0"), dpi=1200), town).code == "print.too_many_dots"
    nowhere = options(pdf, book="grid", scale=500, bounds=Bounds(EAST + 9000, NORTH, EAST + 9100, NORTH + 100))
    assert refusal(nowhere, town).code == "print.nothing"
    assert refusal(options(tmp_path / "none" / "x.pdf"), town).detail["os_error"] == "ENOENT"
    (tmp_path / "x.pdf").mkdir()
    with pytest.raises(CodedError, match="cannot_write_file"):
        print_out(options(pdf), town, lambda _done, _pages: None)
    assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]


def test_a_full_disk_leaves_the_old_file_and_no_half_one(
    subject_of: Callable[..., PrintSubject], tmp_path: Path
) -> None:
    # Opened while there is room: a workspace that was not open yet writes beside its files.
    subject = subject_of()
    for name in ("map.pdf", "map.png"):
        path = tmp_path / name
        path.write_text("the old one")
        with disk_of(4096), pytest.raises(CodedError) as refused:
            print_out(options(path), subject, lambda _done, _pages: None)
        assert refused.value.code == "cannot_write_file"
        assert refused.value.detail["os_error"] in {"ENOSPC", "EIO"}
        assert path.read_text() == "the old one"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["map.pdf", "map.png"]


def test_a_printout_that_is_stopped_leaves_nothing(subject_of: Callable[..., PrintSubject], tmp_path: Path) -> None:
    wanted = options(tmp_path / "book.png", book="grid", scale=2500)
    made = order(subject_of(), wanted)
    pages: list[int] = []

    def rest() -> None:
        if len(pages) == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        write_printout(wanted.path, made, 50, lambda done, _pages: pages.append(done), rest)
    assert list(tmp_path.iterdir()) == []
