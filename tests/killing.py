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

STARTER = """
for line in sys.stdin:
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        write(Path(line.rstrip("\\n")))
        signal.pause()
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


def started(script: str) -> Iterator[subprocess.Popen[str]]:
    """A process that starts others."""
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
    """What a process said before it was killed, *delay_s* after its line number *after_line*."""
    assert starter.stdin is not None
    assert starter.stdout is not None
    starter.stdin.write(f"{folder}\n")
    starter.stdin.flush()
    pid = int(starter.stdout.readline())
    said = [starter.stdout.readline() for _ in range(after_line)]
    time.sleep(delay_s)
    os.kill(pid, signal.SIGKILL)
    # A line is one write, and so whole or not there.
    return [*said, *iter(starter.stdout.readline, "ended\n")]
