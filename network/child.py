"""Run a function in a child process of its own, with a time limit.

For libraries that must not share our process: EPANET's readers can crash on bad files, and GDAL brings a second SQLite
whose file locks would break ours. A plain subprocess is used because a daemonic worker may not start
:mod:`multiprocessing` children.
"""

from __future__ import annotations

import importlib
import math
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import BinaryIO, cast

from network.errors import CodedError, NetworkError

if sys.platform != "win32":  # Windows has no such limits.
    import resource

_LOOK_S = 0.25
MOST_MEMORY_BYTES = 16 * 2**30
"""Addresses that a child may take: a million pipes with their attributes need a quarter of it."""


def run_in_child(
    timeout_s: float,
    function: str,
    *args: object,
    without: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> object:
    """Call a module-level function in a fresh interpreter and return its value.

    Arguments and value travel as pickles. Whatever the child prints goes nowhere. A file that is made to exhaust the
    machine exhausts the child's own share: so much memory (:data:`MOST_MEMORY_BYTES`), processor time in proportion to
    *timeout_s*, no core files.

    Args:
        timeout_s: After so long the child is ended.
        function: As ``module:name``; a text and not the function itself, so that its library is never loaded here.
        args: Its arguments.
        without: Modules that the child shall not find: optional companions of a library that only cost start-up time.
        settings: Variables of its environment, for libraries that read them when they are loaded.

    Raises:
        CodedError: What *function* raised, if it was such a one.
        NetworkError: ``child_timeout`` after *timeout_s*; ``child_crashed`` when the process died or raised anything
            else (detail: ``status``, ``last_words``).
    """
    order = pickle.dumps((function, args, without))
    # The child must find the same packages, also when they are not installed but on this process's path.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = os.environ | {"PYTHONPATH": path} | dict(settings or {})
    # The answer goes through a file: a million pipes through a pipe would stand in memory twice.
    with tempfile.TemporaryFile(prefix="sluice-child-") as answers:
        try:
            done = subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, "-m", "network.child", str(timeout_s)],
                input=order,
                stdout=answers,
                stderr=subprocess.PIPE,
                timeout=timeout_s,
                check=False,
                env=environment,
            )
        except subprocess.TimeoutExpired as late:
            raise NetworkError("child_timeout", seconds=timeout_s) from late
        if done.returncode != 0 or not answers.seek(0, os.SEEK_END):
            words = done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1][:300]
            raise NetworkError("child_crashed", status=done.returncode, last_words=words)
        answers.seek(0)
        value: object = pickle.load(answers)  # noqa: S301 - written by our own child
    if isinstance(value, CodedError):
        raise value
    return value


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """The child's side: read one order, carry it out, write the value or the coded fault."""
    function, args, without = pickle.load(orders)  # noqa: S301 - written by our own parent
    for absent in without:
        cast("dict[str, object]", sys.modules)[absent] = None  # Python's own mark of a module that is not to be found
    module, _, name = function.partition(":")
    try:
        value = getattr(importlib.import_module(module), name)(*args)
    except CodedError as fault:
        value = fault
    pickle.dump(value, answers, protocol=pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _keep_within(timeout_s: float) -> None:
    """Limit this process. A library of several threads uses several processors: time is limited by their number."""
    if sys.platform != "win32":
        seconds = math.ceil(timeout_s * (os.cpu_count() or 1)) + 1
        for kind, most in (
            (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_CORE, 0),
        ):
            allowed = resource.getrlimit(kind)
            # Never above what whoever started the console allows.
            least = min([most, *(one for one in allowed if one != resource.RLIM_INFINITY)])
            resource.setrlimit(kind, (least, allowed[1]))


def end_with(parent: int) -> None:
    """End this process when the process *parent* that asked is gone, as when an operator stops it: nobody would read.

    On Windows a process keeps its parent's id; there the time limit ends it.
    """
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)


def main() -> None:
    """Entry of ``python -m network.child SECONDS``: standard output is kept for the answer alone."""
    _keep_within(float(sys.argv[1]))
    threading.Thread(target=end_with, args=(os.getppid(),), name="lifeline", daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a C library that prints must not spoil the answer
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
