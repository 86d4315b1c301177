"""One file with what helps to find a fault, for who looks after the console: nothing of a customer or secret is in it.

It holds the doctor's findings, the logs and the crash reports. A workspace, its journal, telemetry, settings and the
half-typed report of :mod:`app.ui.resume` are never in it. Logs are not to hold personal data; what looks like a
telephone number, an address of a mail box, a password or a user's folder is masked all the same; and what stands in
quotes in other letters than English ones, because a fault that nobody caught quotes what it failed at.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.errors import AppError
from app.logbook import LOGS
from network.errors import os_detail

CRASHES = "crashes"
_MOST_BYTES = 2_000_000
"""Taken of one file, its end: the newest is what counts."""
_MASK = "•••"
# Every repetition has a bound: a line of a megabyte must not take the doctor an hour.
_SECRETS = (
    # user:password@ of an address; the parameters that libpq and others take passwords by; headers.
    (re.compile(r"\b(\w{1,20}://)[^\s/@]{1,300}@"), rf"\1{_MASK}@"),
    (
        re.compile(
            r"""(?i)\b((?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key)\w{0,20}["']?\s{0,5}[=:]\s{0,5})("[^"]{0,300}"|'[^']{0,300}'|\S{1,300})"""
        ),
        rf"\1{_MASK}",
    ),
    (re.compile(r"(?i)\b(authorization\s{0,5}:\s{0,5})[^\r\n]+"), rf"\1{_MASK}"),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), _MASK),
    # Mobile and fixed telephones of China, with or without +86 and separators.
    (re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![\w.])"), _MASK),
    (re.compile(r"(?<![\w.])0\d{2,3}-\d{7,8}(?!\w)"), _MASK),
)
_QUOTED = re.compile(r"""(['"])(?=[^'"\n]{0,300}[^\x00-\x7f])[^'"\n]{1,300}\1""")


def masked(text: str, user_folder: str = "") -> str:
    """*text* without secrets and telephone numbers; *user_folder* becomes ``~``."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text.replace(user_folder, "~") if user_folder else text


def write_bundle(path: Path, findings: str, home: Path, user_folder: str) -> tuple[str, ...]:
    """Write the file; whole or not at all.

    Args:
        path: Where to.
        findings: The doctor's, as JSON.
        home: The user's folder of the console.
        user_folder: The user's own folder, whose name is masked.

    Returns:
        Names of what is in it.

    Raises:
        AppError: ``doctor.cannot_bundle``.
    """
    partial = path.with_name(f".partial-{path.name}")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("doctor.json", masked(findings, user_folder))
            for name, file in _files(home):
                bundle.writestr(name, masked(_QUOTED.sub(rf"\1{_MASK}\1", _end_of(file)), user_folder))
            names = tuple(bundle.namelist())
        partial.replace(path)
    except OSError as error:
        raise AppError("doctor.cannot_bundle", path=str(path), **os_detail(error, "reason")) from error
    finally:
        partial.unlink(missing_ok=True)
    return names


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    for folder, pattern in ((LOGS, "*.log*"), (CRASHES, "crash-*.txt")):
        for file in sorted((home / folder).glob(pattern)):
            if file.is_file():
                yield f"{folder}/{file.name}", file


def _end_of(file: Path) -> str:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _MOST_BYTES))
        return opened.read().decode("utf-8", errors="replace")
