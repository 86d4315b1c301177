"""The rule pack: whole, with clause texts; a pack with an error is refused with its place."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.dispatch.rule_pack import parse_pack, read_pack, standard_pack
from app.dispatch.rules import After, Judged, Least, Share, Subject
from app.errors import AppError
from app.messages import LANGUAGES, load_words

LISTED = """E1 E2 E3 E4 E5 E5b E6 E7 E8 E9 P0 P1 P2 P3 P4 P5s P5 P6 P7 P8 C1 C2 C3 Q1 C4 C5 C6 C7
            N1 N2 N3 N4 N5 N5b N6 N7 N8 N9 M1 V1 T1 I1 I2 WP1"""


def test_every_row_of_the_standard_is_a_rule_with_its_clause() -> None:
    pack = standard_pack()
    assert set(LISTED.split()) <= {rule.id for rule in pack.rules}
    for rule in pack.rules:
        assert rule.title_zh
        assert rule.title_en
        assert (rule.clause and rule.heading and rule.source) or rule.house, rule.id


def test_figures_bounds_and_judgements_run_no_clock() -> None:
    pack = standard_pack()
    still = {rule.id for rule in pack.rules if not rule.has_clock}
    assert still == {"E9", "C7", "P7", "WP1"}
    assert all(isinstance(pack.rule(one).limit, Share | Judged | Least) for one in still)
    assert pack.about(Subject.NETWORK) == ()


def test_house_values_are_marked_as_such_in_both_languages() -> None:
    pack = standard_pack()
    marked = {rule.id for rule in pack.rules if rule.house}
    assert {"E2", "E3", "E4", "E7", "E8", "E9", "P2", "P3", "P5s", "P7", "P8", "C2", "C3", "C4", "C5", "V1"} <= marked
    assert all(zh and en for rule in pack.rules for zh, en in rule.house)


def test_where_the_documents_disagree_is_said() -> None:
    named = {rule_id for ids, _, _ in standard_pack().differences for rule_id in ids}
    assert {"P1", "P3", "N7", "N1", "N2"} <= named


def test_a_rule_about_which_the_documents_disagree_carries_both_readings() -> None:
    pack = standard_pack()
    for rule_id, readings in (("N1", ("3.5", "10")), ("N2", ("2.5", "9")), ("N7", ("working days", "Days"))):
        ((zh, en),) = pack.rule(rule_id).differs
        assert all(reading in en for reading in readings)
        assert "不一致" in zh
    assert pack.rule("E1").differs == ()


def test_no_rule_of_another_name() -> None:
    with pytest.raises(KeyError):
        standard_pack().rule("E99")


GOOD: dict[str, Any] = {
    "pack": {"name": "p", "version": "1", "zone": "Asia/Shanghai"},
    "rule": [
        {
            "id": "A",
            "title_zh": "甲",
            "title_en": "A",
            "clause": "…",
            "subject": "incident",
            "limit": {"after_s": 60},
            "starts": ["report.received"],
            "met_by": ["closed"],
        }
    ],
}


def _changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    values: dict[str, Any] = {"pack": dict(GOOD["pack"]), "rule": [dict(GOOD["rule"][0])]}
    change(values)
    return values


def test_a_small_pack_is_read() -> None:
    assert parse_pack(GOOD).rule("A").limit == After(60)


def _twice(values: dict[str, Any], until: date | None, since: date) -> None:
    """Rule A once until a day, and once more from another on."""
    later = {**values["rule"][0], "valid_from": since}
    if until is not None:
        values["rule"][0]["valid_to"] = until
    values["rule"].append(later)


BAD: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda v: v.pop("pack"), "pack", "zone"),
    (lambda v: v["pack"].update(zone="Mars/Olympus"), "pack", "zone"),
    (lambda v: v["pack"].update(zone="../etc/passwd"), "pack", "zone"),
    (lambda v: v.update(rule=[]), "pack", "rule"),
    (lambda v: v.update(rule={}), "rule", "list"),
    (lambda v: v.update(rule=[7]), "rule", "table"),
    (lambda v: v["rule"].append(v["rule"][0]), "A", "id"),
    (lambda v: v["rule"][0].update(subject="cat"), "A", "subject"),
    (lambda v: v["rule"][0].update(limit={}), "A", "limit"),
    (lambda v: v["rule"][0].update(limit={"after_s": 60, "days": 1}), "A", "limit"),
    (lambda v: v["rule"][0].update(limit={"after_s": 0}), "A", "after_s"),
    (lambda v: v["rule"][0].update(limit={"after_s": "60"}), "A", "after_s"),
    (lambda v: v["rule"][0].update(limit={"after_s": True}), "A", "after_s"),
    (lambda v: v["rule"][0].update(limit={"after_s": 60, "affter_s": 60}), "A", "affter_s"),
    (lambda v: v["rule"][0].update(limit={"before_s": -1, "moment": "planned_start_ms"}), "A", "before_s"),
    (lambda v: v["rule"][0].update(limit={"before_s": 0, "moment": "planned_strat_ms"}), "A", "moment"),
    (lambda v: v["rule"][0].update(limit={"at": "planned_start_ms", "late_s": -1}), "A", "late_s"),
    (lambda v: v["rule"][0].update(limit={"at": "noon", "late_s": 60}), "A", "at"),
    (lambda v: v["rule"][0].update(when=[{"attribute": "dn_nm", "most": 1}]), "A", "attribute"),
    (lambda v: v["rule"][0].update(limit={"gate": "later"}), "A", "gate"),
    (lambda v: v["rule"][0].update(limit={"working_days": 2, "and_half": 1}), "A", "and_half"),
    (lambda v: v["rule"][0].update(limit={"same_day_by": "10"}), "A", "night_from"),
    (lambda v: v["rule"][0].update(starts=["moon.rose"]), "A", "starts"),
    (lambda v: v["rule"][0].update(starts=[3]), "A", "starts"),
    (lambda v: v["rule"][0].update(starts=[]), "A", "starts"),
    (lambda v: v["rule"][0].update(met_by=[]), "A", "met_by"),
    (lambda v: v["rule"][0].update(at_risk_percent=101), "A", "at_risk_percent"),
    (lambda v: v["rule"][0].update(typo=1), "A", "typo"),
    (lambda v: v["rule"][0].pop("clause"), "A", "clause"),
    (lambda v: v["rule"][0].update(when=[{"attribute": "dn_mm"}]), "A", "when"),
    (lambda v: v["rule"][0].update(when=[{"attribute": "dn_mm", "most": 1, "upto": 2}]), "A", "upto"),
    (lambda v: v["rule"][0].update(pauses=[{"begins": "closed"}]), "A", "ends"),
    (lambda v: v["rule"][0].update(valid_from="2021"), "A", "valid_from"),
    (lambda v: v["rule"][0].update(valid_from=datetime(2021, 1, 1, tzinfo=UTC)), "A", "valid_from"),
    (lambda v: v["rule"][0].update(valid_from=date(2021, 2, 1), valid_to=date(2021, 1, 31)), "A", "valid_to"),
    (lambda v: _twice(v, date(2021, 1, 1), date(2021, 1, 1)), "A", "valid_from"),
    (lambda v: _twice(v, None, date(2021, 1, 1)), "A", "valid_from"),
    (
        lambda v: (_twice(v, date(2020, 12, 31), date(2021, 1, 1)), v["rule"][1].update(subject="outage")),
        "A",
        "subject",
    ),
    (lambda v: v.update(difference=[{"rules": ["B"], "zh": "…", "en": "…"}]), "difference", "rules"),
]


@pytest.mark.parametrize(("change", "where", "what"), BAD)
def test_a_pack_with_an_error_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], object], where: str, what: str
) -> None:
    with pytest.raises(AppError) as refused:
        parse_pack(_changed(change))
    assert refused.value.code == "rules.wrong"
    assert (refused.value.detail["rule"], refused.value.detail["field"]) == (where, what)
    for language in LANGUAGES:
        said = load_words(language).say("failed", refused.value.code, refused.value.detail)
        assert where in said
        assert what in said


@pytest.mark.parametrize("content", [b"[pack", b"\xff\xfe", None])
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "rules.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AppError) as refused:
        read_pack(path)
    assert refused.value.code == "rules.not_read"


def test_the_pack_is_valid_toml_of_our_own(project: Path) -> None:
    values = tomllib.loads((project / "resources/rules/service-standard.toml").read_text("utf-8"))
    assert values["pack"]["name"] == standard_pack().name
