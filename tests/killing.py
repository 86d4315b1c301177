"""Processes that are killed in the middle of writing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent

ENDED = "ended\n"

# Reads folders, and for each starts a process to be killed: what a process imports is imported once.
STARTER = """
import os, signal, sys, traceback
from pathlib import Path

def say(*words):
    # One write, whole or not at all when a kill falls into it: print may take several (PYTHONUNBUFFERED).
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

for line in sys.stdin:
    child = os.fork()
    if not child:
        say(os.getpid())
        try:
            write(Path(line.rstrip("\\n")))
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        signal.pause()
    os.waitpid(child, 0)
    say("ended")
"""


def started(script: str) -> Iterator[subprocess.Popen[str]]:
    """A process that starts others, each of which runs *script*'s ``write(folder)`` and is heard by ``say(…)``."""
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    with subprocess.Popen(
        [sys.executable, "-c", script + STARTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as starter:
        yield starter
        starter.communicate(timeout=60)


def killed(starter: subprocess.Popen[str], folder: Path, after_line: int, delay_s: float) -> list[str]:
    """What a process said before it was killed, *delay_s* after its line number *after_line*.

    Raises:
        AssertionError: It ended by itself: its reason stands in its error output.
    """
    assert starter.stdin is not None
    assert starter.stdout is not None
    starter.stdin.write(f"{folder}\n")
    starter.stdin.flush()
    pid = int(starter.stdout.readline())
    said: list[str] = []
    while len(said) < after_line:
        line = starter.stdout.readline()
        # Who waited for more from a process that is gone would wait for ever.
        assert line not in {ENDED, ""}, f"the writer ended by itself after {len(said)} lines"
        said.append(line)
    time.sleep(delay_s)
    os.kill(pid, signal.SIGKILL)
    return [*said, *iter(starter.stdout.readline, ENDED)]
