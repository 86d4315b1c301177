"""The style files for QGIS: as their script makes them, well-formed, and about columns that exist."""

import re
import sqlite3
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gis.layers import LAYERS
from network.assets import Condition, Position

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


def shown(layer: str, **columns: object) -> list[str]:
    """The labels of the rules by which a feature is drawn: what QGIS compares here it compares as SQL does."""
    root = ET.fromstring(qgis_styles.styles()[layer].split("\n", 1)[1])
    rules = [(rule.get("filter", ""), rule.get("label", "")) for rule in root.findall(".//rule")]
    feature = ", ".join(f'? AS "{name}"' for name in columns)
    connection = sqlite3.connect(":memory:")
    fitting = [
        label
        for told, label in rules
        if told != "ELSE"
        and connection.execute(f"SELECT {told} FROM (SELECT {feature})", tuple(columns.values())).fetchone()[0]
    ]
    connection.close()
    return fitting or [label for told, label in rules if told == "ELSE"]


@pytest.mark.parametrize(
    ("dn_mm", "label"),
    [
        (None, "DN not recorded"), (0.0, "DN not recorded"), (15.0, "– DN 199"), (199.6, "– DN 199"),
        (200.0, "DN 200 – 399"), (399.5, "DN 200 – 399"), (400.0, "DN 400 – 799"), (2400.0, "DN 800 –"),
    ],
)  # fmt: skip
def test_every_main_is_drawn_by_one_rule_whatever_is_recorded_of_it(dn_mm: float | None, label: str) -> None:
    (found,) = shown("pipe", dn_mm=dn_mm)
    assert found.startswith(label)


@pytest.mark.parametrize(
    ("position", "condition", "labels"),
    [
        (Position.CLOSED, Condition.OPERABLE, ["closed"]),
        (Position.DISPUTED, Condition.OPERABLE, ["disputed"]),
        (Position.OPEN, Condition.INOPERABLE, ["open", "stuck"]),
        (Position.CLOSED, Condition.INOPERABLE, ["closed", "stuck"]),
        (Position.DISPUTED, Condition.INOPERABLE, ["disputed", "stuck"]),
        (Position.OPEN, Condition.PASSING, ["open", "passing"]),
        (Position.CLOSED, Condition.PASSING, ["closed", "passing"]),
        (Position.OPEN, Condition.UNKNOWN, ["open"]),
        (None, None, ["open"]),
    ],
)
def test_a_valve_has_one_mark_for_its_position_and_one_for_what_is_wrong_with_it(
    position: Position | None, condition: Condition | None, labels: list[str]
) -> None:
    """By the words that the workspace writes."""
    said = {"current": position, "condition": condition}
    words = {column: None if one is None else one.name.lower() for column, one in said.items()}
    assert [one.split(" / ")[0] for one in shown("valve", **words)] == labels


def test_the_mark_around_a_valve_hides_none_within() -> None:
    root = ET.fromstring(qgis_styles.styles()["valve"].split("\n", 1)[1])
    looks = [{one.get("name"): one.get("value") for one in symbol.iter("Option")} for symbol in root.iter("symbol")]
    around = [look for look in looks if float(look["size"] or 0) > 3]
    assert len(around) == 2
    assert all((look["color"] or "").endswith(",0") for look in around), "clear"
    assert len({look["name"] for look in around}) == 2, "told apart without colour"


@pytest.mark.parametrize(("critical", "label"), [(1, "critical"), (0, "customer"), (None, "customer")])
def test_critical_customers_have_a_mark_of_their_own(critical: int | None, label: str) -> None:
    assert [one.split(" / ")[0] for one in shown("customer", critical=critical)] == [label]
