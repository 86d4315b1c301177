"""The console is started again when it died, and only then."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from app.bootstrap import opens_window
from app.supervisor import MOST_STARTS, died, watch_over

Found = TypeVar("Found")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes here die by signals")


def command(code: str, folder: Path) -> list[str]:
    """A program that writes down each of its starts."""
    head = "import os, signal, sys; open(sys.argv[1], 'a').write(os.environ.get('AGAIN', '0'));"
    return [sys.executable, "-c", head + code, str(folder / "starts")]


def ended(code: str, folder: Path, apart_s: float = 1.0) -> tuple[int, str]:
    times = itertools.count(0.0, apart_s)
    status = watch_over(command(code, folder), dict(os.environ), "AGAIN", lambda: next(times))
    return status, (folder / "starts").read_text()


def test_an_end_of_its_own_is_an_end_whatever_its_status(tmp_path: Path) -> None:
    assert ended("sys.exit(3)", tmp_path) == (3, "0")


def test_one_that_is_asked_to_end_is_not_started_again(tmp_path: Path) -> None:
    assert ended("os.kill(os.getpid(), signal.SIGTERM)", tmp_path) == (128 + signal.SIGTERM, "0")


@pytest.mark.expect_log("the console died")
def test_one_that_died_is_started_again_and_knows_it(tmp_path: Path) -> None:
    assert ended("os.kill(os.getpid(), signal.SIGKILL) if 'AGAIN' not in os.environ else None", tmp_path) == (0, "01")


@pytest.mark.expect_log("the console died")
def test_one_that_dies_again_and_again_is_left(tmp_path: Path) -> None:
    status, starts = ended("os.kill(os.getpid(), signal.SIGKILL)", tmp_path)
    assert status == 128 + signal.SIGKILL
    assert starts == "".join(str(number) for number in range(MOST_STARTS)), "each knows how many died before it"


@pytest.mark.expect_log("the console died")
def test_deaths_far_apart_do_not_count_together(tmp_path: Path) -> None:
    lives = "os.kill(os.getpid(), signal.SIGKILL) if os.path.getsize(sys.argv[1]) < 6 else None"
    assert ended("sys.stdout.flush();" + lives, tmp_path, apart_s=1000.0)[0] == 0


@pytest.mark.parametrize(
    ("status", "is_death"), [(0, False), (1, False), (-11, True), (-9, True), (-15, False), (0xC0000005, True)]
)
def test_what_a_death_is(status: int, is_death: bool) -> None:
    assert died(status) is is_death


def until(condition: Callable[[], Found]) -> Found:
    ends_s = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < ends_s
        time.sleep(0.05)
    return found


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in told.split()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_console_that_a_library_kills_comes_back_with_its_workspace(tmp_path: Path, demo: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {"SLUICE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    watching = subprocess.Popen(
        [sys.executable, "-m", "app", "window", str(demo)],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until((home / "session.json").exists)
        first = children(watching.pid)[0]
        os.kill(first, signal.SIGSEGV)
        (second,) = until(lambda: [one for one in children(watching.pid) if one != first])
        until(lambda: list((home / "crashes").glob("crash-*.txt")))
        until(lambda: "brought back" in log_of(home, second))
        watching.terminate()
        assert watching.wait(60) == 0, "it was asked to end and ended as by its own button"
        assert not (home / "session.json").exists()
        assert not Path(f"/proc/{second}").exists()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(watching.pid, signal.SIGKILL)
        watching.wait(60)


def log_of(home: Path, process: int) -> str:
    path = home / "logs" / f"sluice-{process}.log"
    return path.read_text("utf-8") if path.exists() else ""


@pytest.mark.parametrize(
    ("arguments", "is_windows"),
    [
        ([], True),
        (["window"], True),
        (["window", "CITY"], True),
        (["--lang", "en"], True),
        (["--lang=en", "window"], True),
        (["--lang", "window", "isolate", "CITY"], False),
        (["--help"], False),
        (["isolate", "window"], False),
        (["--lang"], True),
    ],
)
def test_which_command_lines_are_the_windows(arguments: list[str], is_windows: bool) -> None:
    assert opens_window(arguments) is is_windows


def test_what_only_waits_loads_nothing_that_takes_time() -> None:
    heavy = ("numpy", "argparse", "PySide6", "app.requests")
    code = f"import sys, app.bootstrap; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
