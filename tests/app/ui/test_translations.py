"""The window's words: collected, translated and compiled without anything left out."""

import ast
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
TRANSLATION = PROJECT / "resources" / "i18n" / "sluice_zh_CN.ts"

sys.path.insert(0, str(PROJECT / "tools"))
import translations  # noqa: E402 - a script of the project, not a package


def calls_of_tr() -> list[tuple[str, ast.Call]]:
    found = []
    for path in translations.sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"tr", "translate"} and "translate(" not in ast.unparse(node.func):
                found.append((f"{path.relative_to(PROJECT)}:{node.lineno}", node))
    return found


def test_words_are_handed_to_tr_as_they_stand() -> None:
    """The collector silently drops tr() with anything but a plain text, and tr() inside an f-string."""
    calls = [(place, node) for place, node in calls_of_tr() if "painter" not in ast.unparse(node.func)]
    assert len(calls) > 100
    for place, node in calls:
        words = node.args[1:2] if ast.unparse(node.func).endswith("translate") else node.args[:1]
        assert words, place
        assert isinstance(words[0], ast.Constant), f"{place}: not a plain text"
        assert isinstance(words[0].value, str), f"{place}: not a plain text"


def test_tr_never_stands_inside_an_f_string() -> None:
    for path in translations.sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                inside = [part for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr == "tr"]
                assert not inside, f"{path}:{node.lineno}"


def test_the_translation_holds_every_word_of_the_window(tmp_path: Path) -> None:
    fresh = tmp_path / TRANSLATION.name
    shutil.copyfile(TRANSLATION, fresh)
    translations.collect(fresh)
    assert fresh.read_text("utf-8") == TRANSLATION.read_text("utf-8"), "run python tools/translations.py"


def test_every_word_is_translated() -> None:
    assert translations.unfinished(TRANSLATION) == []


def test_the_compiled_file_is_that_of_the_translation(tmp_path: Path) -> None:
    translations.compile_to(TRANSLATION, tmp_path / "fresh.qm")
    committed = TRANSLATION.with_suffix(".qm").read_bytes()
    assert (tmp_path / "fresh.qm").read_bytes() == committed, "run python tools/translations.py"


def test_a_word_left_untranslated_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ts"
    text = TRANSLATION.read_text("utf-8").replace("<translation>记入日志</translation>", "<translation></translation>")
    broken.write_text(text, "utf-8")
    assert translations.unfinished(broken) == ["ActionBar: Record plan"]


@pytest.mark.parametrize("placeholder", ["{count}", "{valve}", "{file}"])
def test_parameters_survive_translation(placeholder: str) -> None:
    root = ET.parse(TRANSLATION).getroot()
    for message in root.iter("message"):
        source, translation = message.findtext("source") or "", message.findtext("translation") or ""
        assert source.count(placeholder) == translation.count(placeholder), source
