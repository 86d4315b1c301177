"""What the documents say exists: links, commands, layers, and what the licence table of the house promises."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from app.cli.arguments import parse
from gis.layers import LAYERS

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
TYPED = re.compile(r"^ {4}(?:\.venv/bin/)?sluice (.+?)(?: {2,}#.*)?$", re.MULTILINE)
MAKE = re.compile(r"(?:^ {4}|`)make ([a-z-]+)", re.MULTILINE)
KEY = re.compile(
    r"(?<![\w+])(?:(?:Ctrl\+|Shift\+|Alt\+)*F\d{1,2}|(?:Ctrl|Alt)\+(?:Shift\+)?(?:[A-Z0-9]|Enter|PgUp|PgDn|Del))(?!\w)"
)
OURS = re.compile(r"`((?:app|gis|network|tests|tools|benchmarks|resources)/[\w/]+(?:\.\w+)?)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def all_that_is_linked() -> set[Path]:
    return {
        (document.parent / target).resolve()
        for document in DOCUMENTS
        for target in LINK.findall(document.read_text(encoding="utf-8"))
    }


def test_every_page_is_linked_from_another() -> None:
    linked = all_that_is_linked()
    pages = [document for document in DOCUMENTS if document.parent != PROJECT]
    lost = [page.name for page in pages if page not in linked and page.parent not in linked]
    assert lost == []


def test_every_picture_is_shown_on_a_page() -> None:
    shown = all_that_is_linked()
    pictures = list((PROJECT / "docs" / "pictures").iterdir())
    assert pictures
    assert [picture.name for picture in pictures if picture not in shown] == []


def test_every_benchmark_has_its_figures_and_every_figure_its_benchmark() -> None:
    page = (PROJECT / "docs" / "performance.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bbench_\w+\.py", page))
    assert named == {file.name for file in (PROJECT / "benchmarks").glob("bench_*.py")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_can_be_typed(document: Path) -> None:
    for line in TYPED.findall(document.read_text(encoding="utf-8")):
        parse(shlex.split(line.replace("…", "")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_is_there(document: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(MAKE.findall(document.read_text(encoding="utf-8"))) <= targets


def test_commands_are_found_in_the_readme() -> None:
    """The patterns above must not quietly find nothing."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(TYPED.findall(readme)) >= 5
    assert {"run", "test"} <= set(MAKE.findall(readme))


@pytest.mark.parametrize("spec", LAYERS.values(), ids=lambda spec: spec.name)
def test_the_import_page_names_every_column_and_word(spec) -> None:
    page = (PROJECT / "docs" / "import.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{spec.name}`"))
    assert f"| {spec.geometry.lower().replace('linestring', 'line')} |" in row
    documented = row.split("|")[3]
    assert re.findall(r"`(\w+)`", documented) == list(spec.columns)
    for column in spec.columns.values():
        for word in column.words:
            assert re.search(rf"\b{word}\b", documented), word


@cache
def window_sources() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "app" / "ui").rglob("*.py"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_key_of_the_documents_does_something(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    # Desks and bookmarks by their numbers; Qt's own lists take everything by Ctrl+A.
    known = {f"Ctrl+{desk}" for desk in range(1, 8)} | {f"Alt+{number}" for number in range(1, 10)} | {"Ctrl+A"}
    keys = set(KEY.findall(text)) - known
    assert [key for key in keys if f'"{key}"' not in window_sources()] == []


def test_keys_are_found_in_the_operators_pages() -> None:
    for page in ("operators.en.md", "operators.zh.md"):
        assert len(set(KEY.findall((PROJECT / "docs" / page).read_text(encoding="utf-8")))) > 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_of_ours_that_a_document_names_is_there(document: Path) -> None:
    named = set(OURS.findall(document.read_text(encoding="utf-8")))
    assert [name for name in named if not (PROJECT / name).exists() and not (PROJECT / f"{name}.py").exists()] == []


def test_files_are_found_in_the_developers_page() -> None:
    assert len(set(OURS.findall((PROJECT / "docs" / "developers.md").read_text(encoding="utf-8")))) > 50
