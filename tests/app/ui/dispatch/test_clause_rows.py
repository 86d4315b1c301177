"""A clock's clause, opened: where the documents disagree, both readings stand in it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.dispatch.board import Standards
from app.dispatch.clocks import Case, clocks_of
from app.dispatch.facts import Fact, FactKind
from app.dispatch.rule_pack import standard_pack
from app.dispatch.rules import Subject
from app.ui.dispatch.clauses import ClauseRow
from app.ui.look import Look
from app.ui.widgets import Label

APPLIED = Fact(("desk", 1), FactKind("application.received"), 1_772_413_200_000, "1", {})


@pytest.mark.parametrize(
    ("language", "beside", "reading"), [("en", "documents disagree", "3.5"), ("zh_CN", "文件不一致", "3.5 个")]
)
def test_both_readings_stand_in_the_opened_clause(qtbot: QtBot, language: str, beside: str, reading: str) -> None:
    standards = Standards(standard_pack())
    case = Case("connection/1", Subject.CONNECTION, {"project": "single_meter"}, (APPLIED,))
    (clock,) = [one for one in clocks_of(case, standards.pack, standards.days) if one.rule.id == "N1"]
    row = ClauseRow(Look("dark", language), clock, 0, opened=True)
    qtbot.addWidget(row)
    assert beside in row.basis.text()
    assert any(reading in label.text() and "10" in label.text() for label in row.findChildren(Label))
