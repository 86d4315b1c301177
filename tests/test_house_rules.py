"""The rules of the house that no linter of ours checks: sizes, circles, late imports, owners, and clean words."""

import ast
import gc
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import networkx as nx
import pytest

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = ("app", "gis", "network")
LONGEST_FILE = 500
LONGEST_FUNCTION = 70

MAY_IMPORT_LATE = {"app/bootstrap.py"}
# The owners of outside libraries, where stubs and library disagree.
MAY_IGNORE_TYPES = re.compile(
    r"app/ui/.*|app/__main__\.py|app/feeds/\w+\.py|gis/stores/\w+\.py|gis/crs\.py|gis/exchange/\w+\.py|network/hydraulics\.py"
)
# EPANET's toolkit raises bare Exception and nothing more exact.
MAY_CATCH_EVERYTHING = {"network/hydraulics.py"}
TASK_BOUNDARIES = re.compile(
    r"app/(worker/\w+|sync/follower|ui/crash\w*|__main__|cli)\.py|gis/exchange/\w*child\w*\.py"
)
QT_ADDONS = {
    "Qt3DCore", "QtCharts", "QtDataVisualization", "QtGraphs", "QtHttpServer", "QtMultimedia", "QtNetworkAuth",
    "QtSql", "QtVirtualKeyboard", "QtWebEngineCore", "QtWebEngineWidgets",
}  # fmt: skip
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
EMPTY_BODY = re.compile(r"\braise NotImplementedError\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w+|(?<![\w.])/tmp/\w+|\b[A-Z]:\\\\?Users\b")
REGISTRIES = re.compile(r"pypi\.|pythonhosted|artifactory|npmjs|anaconda\.|://\S*/simple\b", re.IGNORECASE)
THREAD_NUMBERS = re.compile(r"(?:\bissue|\bticket|\bPR|\bpull request) #?\d+", re.IGNORECASE)
TEXT_SUFFIXES = {
    "", ".cfg", ".csv", ".in", ".ini", ".json", ".lock", ".md", ".pro", ".py", ".pyi", ".sh", ".svg", ".toml", ".ts",
    ".txt", ".yaml", ".yml",
}  # fmt: skip


@cache
def tracked_files() -> tuple[Path, ...]:
    """What a clone would hold, and what is about to be added to it."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: there is no list of the files that belong to the project")
    names = listing.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := PROJECT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    roots = {PROJECT / folder for folder in folders}
    return [path for path in tracked_files() if path.suffix == ".py" and roots.intersection(path.parents)]


def text_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in TEXT_SUFFIXES]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.fixture(autouse=True, scope="module")
def trees_let_go() -> Iterator[None]:
    """Millions of nodes would slow every collection of garbage in the tests after these, and those made here."""
    gc.disable()
    yield
    tree.cache_clear()
    gc.enable()


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def imports(module: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Every dotted name that *module* imports, with its statement."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(function.body) > 1
    skipped = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - skipped


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def lines_matching(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


ALL_CODE = (*FLOORS, "tests", "benchmarks", "tools")


def test_files_are_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*ALL_CODE)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}:{function.name}": lines
        for path in python_files(*ALL_CODE)
        for function in functions(tree(path))
        if (lines := length_without_docstring(function)) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_module_leads_back_to_itself() -> None:
    """Imports inside functions and for type checking count as well."""
    known = grimp.build_graph(*FLOORS, cache_dir=None)
    graph = nx.DiGraph(
        (module, imported) for module in known.modules for imported in known.find_modules_directly_imported_by(module)
    )
    knots = [sorted(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1]
    assert knots == []


def test_only_start_up_imports_late() -> None:
    late = [
        f"{name(path)}:{statement.lineno}: {imported}"
        for path in python_files(*FLOORS)
        if name(path) not in MAY_IMPORT_LATE
        for function in functions(tree(path))
        for imported, statement in imports(function)
    ]
    assert late == []


def test_types_are_ignored_only_where_an_outside_library_is_met() -> None:
    files = [path for path in python_files(*FLOORS) if not MAY_IGNORE_TYPES.fullmatch(name(path))]
    assert lines_matching(re.compile(r"#\s*type:\s*ignore"), files) == []


def test_an_ignored_type_says_which_and_why() -> None:
    ignored = lines_matching(re.compile(r"#\s*type:\s*ignore"), python_files(*FLOORS))
    said = re.compile(r"#\s*type:\s*ignore\[[\w, -]+\]\s*#?\s*\w{3}")
    assert [line for line in ignored if not said.search(line)] == []


def test_everything_is_caught_only_at_a_task_boundary() -> None:
    broad = [
        f"{name(path)}:{handler.lineno}"
        for path in python_files(*FLOORS)
        if not TASK_BOUNDARIES.fullmatch(name(path)) and name(path) not in MAY_CATCH_EVERYTHING
        for handler in ast.walk(tree(path))
        if isinstance(handler, ast.ExceptHandler) and catches_everything(handler) and not raises_again(handler)
    ]
    assert broad == []


def test_qt_comes_from_its_essentials_only() -> None:
    """The rest of Qt is under the GPL, or opens a second SQLite beside ours."""
    addons = [
        f"{name(path)}: {imported}"
        for path in python_files(*FLOORS, "tests")
        for imported, _ in imports(tree(path))
        if imported.startswith("PySide6.") and QT_ADDONS.intersection(imported.split("."))
    ]
    assert addons == []


def test_resources_hold_no_python() -> None:
    assert [name(path) for path in python_files("resources")] == []


def test_test_folders_hide_no_package() -> None:
    """An `__init__.py` under tests/network/ would shadow the floor of that name."""
    folders = [f"tests/{floor}" for floor in FLOORS]
    assert [name(path) for path in python_files(*folders) if path.name == "__init__.py"] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in python_files("tests") if path.name != "conftest.py"]
    assert sorted({twice for twice in names if names.count(twice) > 1}) == []


def test_nothing_is_left_unfinished() -> None:
    files = [path for path in text_files() if path != Path(__file__)]
    assert lines_matching(UNFINISHED, [path for path in files if path.suffix in {".py", ".md", ".toml"}]) == []


def test_no_function_is_only_promised() -> None:
    """Qt's classes cannot have abstract methods by `abc`, so the window's may say so in their own way."""
    files = [path for path in python_files(*FLOORS) if not name(path).startswith("app/ui/")]
    assert lines_matching(EMPTY_BODY, files) == []


def test_no_path_of_somebodys_machine() -> None:
    # A test of mount tables needs lines as they stand in one.
    exempt = {Path(__file__), PROJECT / "tests" / "gis" / "test_stores_sqlite.py"}
    files = [path for path in text_files() if path not in exempt]
    assert lines_matching(MACHINE_PATHS, files) == []


def test_no_registry_is_named() -> None:
    """The libraries come from whatever index the machine is set up for."""
    files = [path for path in text_files() if path != Path(__file__)]
    config = [path for path in files if path.suffix in {"", ".lock", ".toml", ".py", ".sh", ".cfg", ".ini"}]
    assert lines_matching(REGISTRIES, config) == []


def test_no_thread_of_a_tracker_is_named() -> None:
    """What a reader needs to know stands here, not behind a number."""
    files = [path for path in text_files() if path != Path(__file__)]
    assert lines_matching(THREAD_NUMBERS, files) == []


def test_the_lock_covers_every_library_asked_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    wanted = {re.split(r"[<>=!~;\s\[]", line)[0].lower().replace("_", "-") for line in asked}
    assert wanted - locked == set()


def test_the_lock_checks_every_library_by_hash() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", (PROJECT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [block.splitlines()[0] for block in blocks[1:] if "--hash=sha256:" not in block] == []
