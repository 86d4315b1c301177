"""Texts of shapefiles whose encoding is not said, or said wrongly."""

import pytest
from foreign_files import line, write_layer
from hypothesis import given
from hypothesis import strategies as st

from gis.exchange.assemble import assemble
from gis.exchange.encoding import recode, sniff
from gis.exchange.vector_files import read_sources
from gis.faults import FaultKind


def as_latin(text: str, encoding: str) -> str:
    return text.encode(encoding).decode("ISO-8859-1")


@pytest.mark.parametrize(
    ("texts", "encoding", "found"),
    [
        (["PE100", "DN300"], "ascii", "ascii"),
        ([], "ascii", "ascii"),
        (["球墨铸铁", "和平路", "闸阀"], "GBK", "GBK"),
        (["材质", "一"], "gb18030", "GBK"),
        (["球墨铸铁", "闸阀"], "UTF-8", "UTF-8"),
        (["Straße", "Löwenplatz", "Übergang"], "ISO-8859-1", "ISO-8859-1"),
        (["Calle de la Constitución", "Peñón"], "ISO-8859-1", "ISO-8859-1"),
        (["和平路（北段）", "DN300，已废"], "GBK", "GBK"),
    ],
)
def test_sniffing(texts, encoding, found):
    assert sniff([as_latin(text, encoding) for text in texts]) == found


def test_a_character_cut_by_the_columns_width_is_dropped():
    cut = as_latin("球墨铸铁", "GBK")[:-1]
    assert sniff([cut, as_latin("闸阀", "GBK")]) == "GBK"
    assert recode(cut, "GBK") == "球墨铸"
    assert sniff([as_latin("球墨铸铁", "UTF-8")[:-1]]) == "UTF-8"


@given(st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2), min_size=1))
def test_texts_come_back_whole_in_their_encoding(texts):
    for text in texts:
        assert recode(as_latin(text, "GBK"), "GBK") == text
        assert recode(as_latin(text, "UTF-8"), "UTF-8") == text
    assert sniff([as_latin(text, "UTF-8") for text in texts]) == "UTF-8"


@pytest.mark.parametrize("says", ["nothing", "GBK", "UTF-8 wrongly", "UTF-8", "nothing, UTF-8"])
def test_shapefiles_as_they_come(tmp_path, says):
    path = tmp_path / "pipe.shp"
    encoding = "UTF-8" if says in ("UTF-8", "nothing, UTF-8") else "GBK"
    write_layer(
        path,
        "pipe",
        [line((0, 0), (9, 0))],
        {"id": ["甲1"], "material": ["球墨铸铁"], "备注": ["和平路"]},
        encoding=encoding,
    )
    if says.startswith("nothing"):
        path.with_suffix(".cpg").unlink()
    if says == "UTF-8 wrongly":
        path.with_suffix(".cpg").write_text("UTF-8")
    imported = assemble(read_sources([path]))
    pipes = imported.layers.get("pipe")
    assert (pipes.text("id")[0], pipes.text("material")[0], pipes.text("备注")[0]) == ("甲1", "球墨铸铁", "和平路")
    told = [fault.detail["encoding"] for fault in imported.faults if fault.kind is FaultKind.GBK_TEXT]
    assert told == {"nothing": ["GBK"], "UTF-8 wrongly": ["GBK"], "nothing, UTF-8": ["UTF-8"]}.get(says, [])
