"""Write the style files with which QGIS shows a workspace's layers: ``docs/qgis/LAYER.qml``.

Run it after a change here; a test compares the files with what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "qgis"
VERSION = "3.34.0"
PIPES = (
    ('"dn_mm" >= 800', "DN 800 –", 1.2, "solid"),
    ('"dn_mm" >= 400 AND "dn_mm" < 800', "DN 400 – 799", 0.86, "solid"),
    ('"dn_mm" >= 200 AND "dn_mm" < 400', "DN 200 – 399", 0.6, "solid"),
    ('"dn_mm" > 0 AND "dn_mm" < 200', "– DN 199", 0.36, "solid"),
    ("ELSE", "DN not recorded / 口径未记录", 0.36, "dash"),
)
"""Without the last rule QGIS would not draw mains whose diameter nobody wrote down."""
VALVES = (
    ("\"current\" = 'closed'", "closed / 关", "filled_arrowhead", "#16191B", "#16191B", "2.4"),
    ("\"current\" = 'disputed'", "disputed / 有争议", "diamond", "#FFFFFF", "#B02A1C", "2.4"),
    (
        "\"current\" IS NULL OR \"current\" NOT IN ('closed', 'disputed')",
        "open / 开",
        "diamond",
        "#FFFFFF",
        "#434A50",
        "2.4",
    ),
    ("\"condition\" = 'inoperable'", "stuck / 无法启闭", "cross2", "", "#B86E00", "4.4"),
    ("\"condition\" = 'passing'", "passing / 关不严", "circle", "", "#B86E00", "4.4"),
)
"""QGIS draws a feature by every rule that fits: each valve has one mark for its position, and around it one for what is
wrong with it, which hides nothing. A valve that is closed and stuck cannot be opened: both must be seen."""


_CLEAR = "0,0,0,0"


def styles() -> dict[str, str]:
    """The style of each layer, as text."""
    return {"pipe": _text(_pipes()), "valve": _text(_valves()), "customer": _text(_customers())}


def _text(root: Element) -> str:
    indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode") + "\n"


def _rules(root: Element, rules: list[tuple[str, str]]) -> Element:
    """A rule-based renderer and the place for its symbols, one a rule."""
    renderer = SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0"})
    group = SubElement(renderer, "rules", {"key": "rules"})
    for at, (condition, label) in enumerate(rules):
        SubElement(group, "rule", {"key": f"rule{at}", "symbol": str(at), "filter": condition, "label": label})
    return SubElement(renderer, "symbols")


def _symbol(symbols: Element, name: str, kind: str, layer: str, options: dict[str, str]) -> None:
    symbol = SubElement(symbols, "symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1"})
    drawn = SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    held = SubElement(drawn, "Option", {"type": "Map"})
    for key, value in options.items():
        SubElement(held, "Option", {"type": "QString", "name": key, "value": value})


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _root() -> Element:
    return Element("qgis", {"version": VERSION, "styleCategories": "Symbology"})


def _pipes() -> Element:
    root = _root()
    symbols = _rules(root, [(condition, label) for condition, label, *_ in PIPES])
    for at, (*_, width, style) in enumerate(PIPES):
        _symbol(
            symbols,
            str(at),
            "line",
            "SimpleLine",
            {
                "line_color": _rgba("#5B636A"),
                "line_style": style,
                "line_width": str(width),
                "line_width_unit": "MM",
            },
        )
    return root


def _valves() -> Element:
    root = _root()
    symbols = _rules(root, [(condition, label) for condition, label, *_ in VALVES])
    for at, (_, _, shape, fill, edge, size) in enumerate(VALVES):
        options = {
            "name": shape,
            "color": _rgba(fill) if fill else _CLEAR,
            "outline_color": _rgba(edge),
            "outline_width": "0.2" if fill else "0.5",
            "outline_width_unit": "MM",
            "size": size,
            "size_unit": "MM",
        }
        _symbol(symbols, str(at), "marker", "SimpleMarker", options)
    return root


def _customers() -> Element:
    root = _root()
    symbols = _rules(root, [('"critical"', "critical / 重点用户"), ("ELSE", "customer / 用户")])
    for at, (shape, size) in enumerate((("cross_fill", "2.6"), ("circle", "0.9"))):
        _symbol(
            symbols,
            str(at),
            "marker",
            "SimpleMarker",
            {
                "name": shape,
                "color": _rgba("#434A50"),
                "outline_color": _rgba("#434A50"),
                "size": size,
                "size_unit": "MM",
            },
        )
    return root


def main() -> int:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for layer, text in styles().items():
        (FOLDER / f"{layer}.qml").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{layer}.qml\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
