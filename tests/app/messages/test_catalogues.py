"""Every code that the program can say has words in both languages, with the same parameters."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from app.dispatch.permits import Breach, ChamberState
from app.dispatch.valve_work import ValveStage
from app.messages import LANGUAGES, Words, load_words
from app.messages.words import MissingWordError
from app.operations.promise_limits import LeftOut
from app.ui.commands import VERBS
from app.ui.tasks import TASK_CODES
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, VALVE_KINDS
from gis.scene.detail import MapLayer
from network.alternatives.records import WhyNone
from network.answers import Holds, Note
from network.assets import Condition, DeviceKind, Direction, LinkMethod, Position, SourceKind, Turning
from network.resupply_pressure import Safety
from network.resupply_records import Join, WhyNoResupply
from network.together_records import ConflictKind, WhyRefused

PROJECT = Path(__file__).resolve().parents[3]
PARAMETER = re.compile(r"\{(\w+)\}")
REFUSING = {"AppError", "GisError", "NetworkError", "CodedError", "Failed"}


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(request.param)


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in the program, and where it stands."""
    return [(place, node) for place, node in _nodes() if isinstance(node, ast.Call)]


@cache
def _nodes() -> list[tuple[str, ast.Call | ast.ClassDef]]:
    paths = [path for floor in ("network", "gis", "app") for path in sorted((PROJECT / floor).rglob("*.py"))]
    return [
        (f"{path.relative_to(PROJECT)}:{node.lineno}", node)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.ClassDef)
    ]


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def refusing_classes() -> set[str]:
    """Names of the error classes, those derived from the roots included."""
    classes = [node for _, node in _nodes() if isinstance(node, ast.ClassDef)]
    bases = [(node.name, {base.id for base in node.bases if isinstance(base, ast.Name)}) for node in classes]
    names, more = set(REFUSING), set(REFUSING)
    while more:
        more = {name for name, of in bases if of & names} - names
        names |= more
    return names


def called_with_codes(callees: set[str]) -> dict[str, str]:
    """Texts that are the first argument of a call of one of *callees*, and where."""
    found = {}
    for place, node in calls():
        if node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            code = _text(node.args[0])
            if name in callees and code is not None:
                found[code] = place
    return found


def test_every_refusal_has_words(words: Words) -> None:
    codes = called_with_codes(refusing_classes())
    assert len(codes) > 20
    missing = {code: place for code, place in codes.items() if not words.has("failed", code)}
    assert not missing


def test_every_step_of_progress_has_words(words: Words) -> None:
    codes = called_with_codes({"progress", "tell", "report", "Progress", "_progress"})
    assert "opening" in codes
    missing = {code: place for code, place in codes.items() if not words.has("progress", code)}
    assert not missing


def test_every_section_and_code_named_in_the_code_exists(words: Words) -> None:
    for place, node in calls():
        asks = getattr(node.func, "attr", "")
        if asks in {"say", "has"} and len(node.args) >= 2:
            section, code = _text(node.args[0]), _text(node.args[1])
            if section is not None:
                assert section in words.sections, place
            if section is not None and code is not None and asks == "say":
                assert words.has(section, code), f"{place}: {section}.{code}"


def test_every_told_code_has_words(words: Words) -> None:
    told = [(place, node) for place, node in calls() if getattr(node.func, "attr", "") == "emit"]
    for place, node in told:
        if ast.unparse(node.func).endswith("told.emit"):
            code = _text(node.args[0])
            assert code is not None, place
            assert words.has("told", code), f"{place}: {code}"


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("fault", list(FaultKind)),
        ("fault_name", list(FaultKind)),
        ("action", list(Action)),
        ("note", list(Note)),
        ("no_front", list(WhyNone)),
        ("holds", list(Holds)),
        ("no_resupply", list(WhyNoResupply)),
        ("resupply_join", list(Join)),
        ("resupply_safety", list(Safety)),
        ("shutdown_refused", list(WhyRefused)),
        ("conflict", list(ConflictKind)),
        ("position", [value.name.lower() for value in Position]),
        ("condition", [value.name.lower() for value in Condition]),
        ("device_kind", [value.name.lower() for value in DeviceKind]),
        ("device_kind", list(VALVE_KINDS)),
        ("source_kind", [value.name.lower() for value in SourceKind]),
        ("turning", [value.name.lower() for value in Turning]),
        ("direction", [value.name.lower() for value in Direction]),
        ("link_method", [value.name.lower() for value in LinkMethod]),
        ("layer", [*LAYERS, "area"]),
        ("map_layer", list(MapLayer)),
        ("verb", [*VERBS, "show"]),
        ("task", list(TASK_CODES.values())),
        ("valve_stage", list(ValveStage)),
        ("permit_gas", list(Breach)),
        ("permit_breach", list(Breach)),
        ("chamber_state", list(ChamberState)),
        ("promise_left_out", list(LeftOut)),
        ("dispatch_no", [f"permit_{state}" for state in ChamberState if state is not ChamberState.GIVEN]),
    ],
)
def test_every_value_has_words(words: Words, section: str, codes: list[str]) -> None:
    assert [code for code in codes if not words.has(section, code)] == []


def test_both_languages_say_the_same_things_with_the_same_parameters() -> None:
    chinese, english = load_words("zh_CN"), load_words("en")
    assert chinese.sections.keys() == english.sections.keys()
    for section, entries in english.sections.items():
        assert chinese.sections[section].keys() == entries.keys(), section
        for code, template in entries.items():
            assert set(PARAMETER.findall(template)) == set(PARAMETER.findall(chinese.sections[section][code])), code


def test_chinese_stands_apart_from_latin() -> None:
    """A space between Chinese characters and Latin letters, digits or parameters (brackets may carry it)."""
    beside = re.compile(r"[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]")
    crowded = {
        f"{section}.{code}": template
        for section, entries in load_words("zh_CN").sections.items()
        for code, template in entries.items()
        if beside.search(PARAMETER.sub("", template))
    }
    assert not crowded


def test_a_missing_word_is_a_fault_of_the_program(words: Words) -> None:
    with pytest.raises(MissingWordError):
        words.say("note", "no_such_note")
    assert words.name("material", "unheard of") == "unheard of"
