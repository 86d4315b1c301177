"""Every refusal of the store, the cache, the journal and the workspace has words in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.messages.words import LANGUAGES, load_words
from gis.stores import postgres, sqlite

MODULES = (
    "gis/cache.py",
    "gis/stores/*.py",
    "app/journal/*.py",
    "app/workspace*.py",
    "app/sync/*.py",
    "app/cli/hub*.py",
    "app/operations/erasure.py",
    "app/operations/hub*.py",
    "app/operations/promise_limits.py",
    "app/worker/hub_handlers.py",
)


def parameters(keyword: ast.keyword) -> set[str]:
    """What a keyword gives; the system's reason comes as a mapping, under the name that the call says."""
    if keyword.arg is not None:
        return {keyword.arg}
    assert isinstance(keyword.value, ast.Call)
    names = [one.value for one in keyword.value.args if isinstance(one, ast.Constant)]
    return {str(name) for name in names or ["why"]}


def raised(project: Path) -> dict[str, set[str]]:
    """Parameters by code, as the calls of GisError and AppError have them."""
    found = {code: {"path", "reason"} for code in sqlite.CODES.values()}
    found |= {code: {"server", "reason"} for code in postgres.CODES.values()}
    for pattern in MODULES:
        for path in project.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                if named and node.func.id in {"GisError", "AppError"} and isinstance(node.args[0], ast.Constant):
                    found[node.args[0].value] = {name for keyword in node.keywords for name in parameters(keyword)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_that_use_only_its_parameters(project: Path, language: str) -> None:
    words = load_words(language).sections["failed"]
    codes = raised(project)
    assert len(codes) > 25
    assert set(codes) - set(words) == set()
    strange = {code: set(re.findall(r"\{(\w+)\}", words[code])) - codes[code] for code in codes}
    assert {code: names for code, names in strange.items() if names} == {}
    ours = {code for code in words if re.match(r"(store|cache|journal|workspace|server|hub)\.", code)}
    assert ours - set(codes) == set()
