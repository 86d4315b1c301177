"""Load modules full of records without compiling anew, at every start, what ``dataclass`` writes by itself.

``dataclass`` writes the methods of each class as Python text and compiles it when the class is made. For the six
hundred records that the window loads this was a quarter of the time until it is there, and Python's ``__pycache__``
does not hold it. Here the compiled code is kept beside it in the same way, by its text: what is found for a text is
what compiling that text gives.
"""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import importlib.util
import logging
import marshal
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

_LOG = logging.getLogger(__name__)

_CALLED = "exec"
"""What dataclasses call with each text (3.11 to 3.14); found in their own module, it goes before the builtin."""
_CHECK_BYTES = 4


def cache_path(program: str) -> Path:
    """Where the code that *program* loads is kept: with Python's compiled files, for this Python alone."""
    compiled = Path(importlib.util.cache_from_source(__file__))
    return compiled.with_name(f"{program}.{compiled.stem}.records")


@contextlib.contextmanager
def kept_records(path: Path) -> Iterator[None]:
    """Dataclasses made meanwhile take their code from *path*; what is not there is compiled, and kept there after.

    A file that cannot be read, is damaged or is of another Python is as if it were not there, and one that cannot be
    written is done without, as with Python's compiled files. For one thread.
    """
    known = _read(path)
    before = len(known)

    def carry_out(text: str, names: dict[str, Any], into: dict[str, Any]) -> None:
        code = known.get(text)
        if code is None:
            code = known[text] = compile(text, "<string>", "exec", dont_inherit=True)
        builtins.exec(code, names, into)  # noqa: S102 - what dataclasses would carry out

    setattr(dataclasses, _CALLED, carry_out)
    try:
        yield
    finally:
        delattr(dataclasses, _CALLED)
        if len(known) > before and not sys.dont_write_bytecode:
            _write(path, known)


def _read(path: Path) -> dict[str, CodeType]:
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        _LOG.info("compiled records cannot be read: %s", error)
        return {}
    head = len(_head(b""))
    # marshal bears only what it has written itself.
    if held[:head] != _head(held[head:]):
        _LOG.info("compiled records are damaged, or of another Python: %s", path)
        return {}
    known: dict[str, CodeType] = marshal.loads(held[head:])  # noqa: S302 - as good as the compiled files beside it
    return known


def _write(path: Path, known: dict[str, CodeType]) -> None:
    body = marshal.dumps(known)
    # Several processes may begin at once: each writes a file of its own, and the last one stays.
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(_head(body) + body)
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        _LOG.info("compiled records cannot be kept: %s", error)


def _head(body: bytes) -> bytes:
    return importlib.util.MAGIC_NUMBER + zlib.crc32(body).to_bytes(_CHECK_BYTES, "little")
