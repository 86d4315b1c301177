"""The style files for QGIS: as their script makes them, well-formed, and about columns that exist."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gis.layers import LAYERS

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tools"))

import qgis_styles  # noqa: E402  (a script beside the packages)


@pytest.mark.parametrize("layer", ["pipe", "valve", "customer"])
def test_a_style_file_is_what_the_script_makes(layer: str) -> None:
    kept = (PROJECT / "docs" / "qgis" / f"{layer}.qml").read_text("utf-8")
    assert kept == qgis_styles.styles()[layer]


@pytest.mark.parametrize("layer", ["pipe", "valve", "customer"])
def test_every_rule_has_a_symbol_and_names_columns_of_the_layer(layer: str) -> None:
    root = ET.fromstring(qgis_styles.styles()[layer].split("\n", 1)[1])
    rules = root.findall(".//rule")
    assert [rule.get("symbol") for rule in rules] == [symbol.get("name") for symbol in root.findall(".//symbol")]
    named = {column for rule in rules for column in re.findall(r'"(\w+)"', rule.get("filter", ""))}
    assert named
    assert named <= set(LAYERS[layer].columns)
