"""Drafts a mapping file from the names and words that the files hold, for somebody to read through and correct.

What is doubtful is asked in a comment (``QUESTION 请确认``), and words whose meaning was guessed stand under
``doubtful``, so that the import counts what hangs on them until somebody strikes them off.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.exchange.raw import RawLayer
from gis.exchange.values import as_real, as_text
from gis.exchange.vocabulary import (
    COLUMNS,
    FLAG_COLUMNS,
    KIND_COLUMNS,
    LINE_LAYERS,
    OUTSIDE_NAMES,
    POINT_LAYERS,
    POLYGON_LAYERS,
    WORDS,
    is_doubtful,
    plain,
    point_meaning,
)
from gis.layers import LAYERS
from network.columns import Bool
from network.units import is_plastic, outside_suspected, parse_diameter, suspect_depths, suspect_diameters

_QUESTION = "# QUESTION 请确认:"
_MOST_WORDS = 60


@dataclass
class _Block:
    """One ``[[layer]]`` while it is drafted."""

    source: str
    target: str
    where: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def ask(self, english: str, chinese: str) -> None:
        self.notes.append(f"{_QUESTION} {english} / {chinese}")

    def text(self) -> str:
        lines = ["[[layer]]", f"source = {_quoted(self.source)}", f"target = {_quoted(self.target)}"]
        if self.where:
            lines.append(f"where = {_inline({name: _list(words) for name, words in self.where.items()})}")
        lines += ["", "[layer.columns]", *(f"{name} = {rule}" for name, rule in self.columns.items())]
        return "\n".join([*self.notes, *lines])


def draft_mapping(raws: Sequence[RawLayer], name: str = "") -> str:
    """The text of a mapping file for *raws*, which :func:`gis.exchange.mapping_file.parse_mapping` reads."""
    head = [
        "# Which layer, column and word of the files means which of ours. Drafted by name: read it through, above all",
        "# the lines marked QUESTION. What you do not want to import, delete.",
        "# 文件中图层、字段、取值与本系统的对应关系。由名称自动起草，请逐行核对，尤其是标有“请确认”的行。",
        "",
        "[mapping]",
        f"name = {_quoted(name)}",
    ]
    blocks = [block for raw in raws for block in _blocks_for(raw)]
    found = {block.target for block in blocks}
    if "pipe" not in found:
        head.insert(3, f'{_QUESTION} no layer looks like mains; name one with target = "pipe" / 未找到管线图层')
    unused = [raw.name for raw in raws if not any(block.source == raw.name for block in blocks)]
    tail = [f"# Not used 未使用: {', '.join(unused)}"] if unused else []
    return "\n\n".join(["\n".join(head), *(block.text() for block in blocks), *tail]) + "\n"


def _blocks_for(raw: RawLayer) -> list[_Block]:
    shape = _shape_of(raw)
    if shape == "point":
        kinds = _kind_column(raw)
        if kinds and raw.name.lower() not in LAYERS:
            return _split_blocks(raw, kinds)
    target = _target_by_name(raw.name, shape)
    return [_filled(_Block(raw.name, target), raw, np.ones(len(raw), dtype=np.bool_))] if target else []


def _shape_of(raw: RawLayer) -> str:
    """Dimension of most of the layer's features: point, line or polygon; "" where it has none."""
    dimensions = shapely.get_dimensions(raw.geometry[~shapely.is_missing(raw.geometry)])
    if not len(dimensions):
        return ""
    return ("point", "line", "polygon")[int(np.bincount(dimensions[dimensions >= 0], minlength=3).argmax())]


def _target_by_name(name: str, shape: str) -> str:
    if name.lower() in LAYERS:
        return name.lower()
    families = {"point": POINT_LAYERS, "line": LINE_LAYERS, "polygon": POLYGON_LAYERS}.get(shape, ())
    bare = plain(name)
    found = next((target for target, words in families if any(word in bare for word in words)), "")
    # A layer of lines in a water utility's files is mains, whatever it is called.
    return found or ("pipe" if shape == "line" else "")


def _kind_column(raw: RawLayer) -> str:
    """Column by whose words the points fall into several of our layers, "" where none is such."""
    for wanted in KIND_COLUMNS:
        for name in raw.columns:
            if plain(name) == plain(wanted):
                meanings = [point_meaning(word) for word in _words(raw, name)]
                if len({meaning[0] for meaning in meanings if meaning}) > 1:
                    return name
    return ""


def _words(raw: RawLayer, column: str) -> list[str]:
    """Distinct words of *column*, the commonest first; none where it is no column of words."""
    counts = Counter(text for text in as_text(raw.columns[column]).tolist() if text)
    return [word for word, _ in counts.most_common()] if len(counts) <= _MOST_WORDS else []


def _split_blocks(raw: RawLayer, column: str) -> list[_Block]:
    """A block for each of our layers that the words of *column* mean."""
    families: dict[str, dict[str, str]] = {}
    strange: list[str] = []
    for word in _words(raw, column):
        meaning = point_meaning(word)
        if meaning is None:
            strange.append(word)
        else:
            families.setdefault(meaning[0], {})[word] = meaning[1]
    if "" in as_text(raw.columns[column]) and _column_named("elevation_m", "junction", raw.columns, set()):
        # Points that bear nothing are there for the ends of pipes and the height of the ground.
        families.setdefault("junction", {})
    blocks = []
    for target in (name for name in LAYERS if name in families):
        words = families[target]
        # Every point is a junction too: pipes name their ends by it, and it bears the ground's height.
        block = _Block(raw.name, target, where={} if target == "junction" else {column: list(words)})
        chosen = np.isin(as_text(raw.columns[column]).astype(str), list(words)) | (target == "junction")
        told = "kind" in LAYERS[target].columns and any(words.values())
        _filled(block, raw, chosen, skip=column, kind=_kind_rule(column, words) if told else "")
        for word in filter(is_doubtful, words):
            _ask_about(block, word, words[word] or target)
        blocks.append(block)
    if strange and blocks:
        blocks[0].ask(f"{column} also says: {', '.join(strange)}; what are these?", "以上取值未识别，含义是什么？")
    return blocks


def _kind_rule(column: str, words: Mapping[str, str]) -> str:
    doubtful = [word for word in words if is_doubtful(word)]
    parts = {"column": _quoted(column), "words": _inline({word: _quoted(kind) for word, kind in words.items()})}
    if doubtful:
        parts["doubtful"] = _list(doubtful)
    return _inline(parts, bare=True)


def _ask_about(block: _Block, word: str, read_as: str) -> None:
    if read_as == "isolation":
        block.ask(
            f"{word} was read as an isolation valve; is it that, or a control valve (prv, psv, fcv)?",
            f"“{word}”按检修阀门处理；它是检修阀门，还是调节阀？",
        )
    else:
        block.ask(f"{word} was read as {read_as}; is that right?", f"“{word}”按 {read_as} 处理，是否正确？")


def _filled(block: _Block, raw: RawLayer, chosen: Bool, skip: str = "", kind: str = "") -> _Block:
    """Add a rule for each of our columns that one of theirs seems to be; that for *kind* where it is known already."""
    used = {skip}
    for ours in LAYERS[block.target].columns:
        theirs = _column_named(ours, block.target, raw.columns, used)
        if theirs:
            used.add(theirs)
            block.columns[ours] = _column_rule(block, ours, theirs, as_text(raw.columns[theirs])[chosen])
    if kind:
        block.columns["kind"] = kind
    if "id" not in block.columns:
        block.ask("no column looks like an id; name one", "未找到编号字段，请指定")
    if block.target == "pipe":
        _ask_about_diameters(block, raw)
    if block.target == "source" and "kind" not in block.columns:
        _fixed_source_kind(block)
    _ask_about_states(block, raw, used)
    kept = [name for name in raw.columns if name not in used]
    if kept:
        block.notes.append(f"# Kept under their own names 原样保留: {', '.join(kept)}")
    return block


def _fixed_source_kind(block: _Block) -> None:
    """What a layer of sources without a column of kinds holds, by its own name; asked where that does not tell."""
    layer, kind = point_meaning(block.source) or ("", "")
    named = layer == "source" and not any(word in plain(block.source) for word in ("source", "水源"))
    if named:
        block.columns["kind"] = _inline({"value": _quoted(kind)}, bare=True)
    else:
        block.ask(
            'are these plants, reservoirs or tanks? Write kind = { value = "plant" } (or "reservoir", "tank")',
            '是水厂、水源还是水池？请写明 kind = { value = "plant" }（或 "reservoir"、"tank"）；不写则按水池处理',
        )


def _column_named(ours: str, target: str, columns: Iterable[str], used: set[str]) -> str:
    """Their column that is most likely *ours*, "" where none is."""
    free = {_bare(name): name for name in reversed(list(columns)) if name not in used}
    wanted = (ours, *COLUMNS.get(target, {}).get(ours, ()), *(OUTSIDE_NAMES if ours == "dn_mm" else ()))
    return next((free[plain(name)] for name in wanted if plain(name) in free), "")


def _bare(name: str) -> str:
    """*name* as :func:`plain`, without a unit at its end (管径_mm)."""
    bare = plain(name)
    for unit in ("mm", "m"):
        if bare.endswith(unit) and len(bare) > len(unit) and not bare.removesuffix(unit).isascii():
            return bare.removesuffix(unit)
    return bare


def _column_rule(block: _Block, ours: str, theirs: str, texts: NDArray[np.object_]) -> str:
    words = [word for word, _ in Counter(text for text in texts.tolist() if text).most_common(_MOST_WORDS)]
    flags = FLAG_COLUMNS.get(plain(theirs))
    if flags and set(words) <= set(flags):
        return _worded(theirs, flags)
    if ours == "kind" and block.target == "valve":
        return _valve_kinds(block, theirs, words)
    known = WORDS.get(ours, {})
    translated = {word: known[plain(word)] for word in words if plain(word) in known and word != known[plain(word)]}
    strange = [word for word in words if plain(word) not in known]
    if known and ours != "category" and strange:
        block.ask(f"{theirs} says {', '.join(strange[:10])}; which of {', '.join(_ours(block, ours))}?", "取值含义？")
    return _worded(theirs, translated) if translated else _quoted(theirs)


def _ours(block: _Block, column: str) -> tuple[str, ...]:
    return LAYERS[block.target].columns[column].words


def _valve_kinds(block: _Block, theirs: str, words: Sequence[str]) -> str:
    kinds: dict[str, str] = {}
    for word in words:
        layer, kind = point_meaning(word) or ("", "")
        if word in _ours(block, "kind"):
            continue
        kinds[word] = kind if layer == "valve" else "hydrant" if layer == "hydrant" else "other"
        if layer not in ("valve", "hydrant") or is_doubtful(word):
            _ask_about(block, word, kinds[word])
    return _kind_rule(theirs, kinds) if kinds else _quoted(theirs)


def _worded(column: str, words: Mapping[str, str]) -> str:
    listed = _inline({word: _quoted(meaning) for word, meaning in words.items()})
    return _inline({"column": _quoted(column), "words": listed}, bare=True)


def _ask_about_diameters(block: _Block, raw: RawLayer) -> None:
    """De or DN, and units."""
    named = _column_of(block, "dn_mm", raw)
    depth = _column_of(block, "depth_m", raw)
    if depth:
        deep = suspect_depths(as_real(raw.columns[depth]))
        if deep:
            block.ask(f"{depth} seems to be in {deep.unit}; if so add unit", f"埋深单位疑为 {deep.unit}，请核对")
    if not named:
        return
    dn_mm = as_real(raw.columns[named], lambda text: parse_diameter(text)[0])
    if plain(named) in (*OUTSIDE_NAMES, "dnde"):
        block.columns["dn_basis"] = _inline({"value": _quoted("outside")}, bare=True)
    thin = suspect_diameters(dn_mm)
    if thin:
        block.ask(
            f"{named}: {int(thin.rows.sum())} values seem to be in {thin.unit}, not millimetres; if all are, write "
            f"dn_mm = {{ column = {_quoted(named)}, unit = {_quoted(thin.unit)} }}",
            f"管径单位疑为 {thin.unit}，请核对",
        )
    material = _column_of(block, "material", raw)
    if material and "dn_basis" not in block.columns:
        plastic = np.array([is_plastic(text) for text in as_text(raw.columns[material])], dtype=np.bool_)
        # A cell such as De160 says it itself.
        marked = np.array([not text[:1].isdigit() for text in as_text(raw.columns[named])], dtype=np.bool_)
        outside = outside_suspected(dn_mm, marked, plastic)
        if outside.any():
            sizes = ", ".join(f"{size:g}" for size in np.unique(dn_mm[outside])[:6])
            block.ask(
                f"plastic pipes of {sizes} mm: outside diameters (De)? Then say dn_basis for them",
                f"塑料管管径 {sizes} 是否为外径 De？若是请设置 dn_basis = outside",
            )


def _column_of(block: _Block, ours: str, raw: RawLayer) -> str:
    """Their column that was drafted as *ours*, "" where none was."""
    rule = block.columns.get(ours, "")
    return next((name for name in raw.columns if _quoted(name) in rule), "")


def _ask_about_states(block: _Block, raw: RawLayer, used: set[str]) -> None:
    """Rows that are planned or abandoned often stand in the same table as those in use."""
    for name in raw.columns:
        if name not in used and plain(name) in ("state", "lifecycle", "inservice", "使用状况", "运行状态", "状态"):
            words = _words(raw, name)
            if 1 < len(words) <= 10:
                some = f"where = {{ {_key(name)} = {_list(words[:1])} }}"
                block.ask(f"{name} is one of {', '.join(words)}; take only some? {some}", "是否只导入在用管线？")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(word) for word in words)}]"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _quoted(name)


def _inline(table: Mapping[str, str], bare: bool = False) -> str:
    """A TOML inline table of values that are TOML already."""
    return f"{{ {', '.join(f'{name if bare else _key(name)} = {value}' for name, value in table.items())} }}"
