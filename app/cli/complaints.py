"""What argparse says of bad arguments, as codes: it speaks English only, operators do not."""

from __future__ import annotations

import re
from typing import Final

_PATTERNS: Final = {
    "required": re.compile(r"the following arguments are required: (?P<names>.+)"),
    "unrecognized": re.compile(r"unrecognized arguments: (?P<names>.+)"),
    "one_of": re.compile(r"one of the arguments (?P<names>.+) is required"),
    "not_together": re.compile(r"argument (?P<name>.+): not allowed with argument (?P<other>.+)"),
    "needs_value": re.compile(r"argument (?P<name>.+): expected (one|at least one) argument"),
    "choice": re.compile(
        r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \((choose from|maybe you) (?P<names>.+)\)"
    ),
    "ambiguous": re.compile(r"ambiguous option: (?P<name>.+?) could match (?P<names>.+)"),
    "twice": re.compile(r"argument (?P<name>.+?): said_twice"),
    "no_value": re.compile(r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)"),
    "bad_value": re.compile(r"argument (?P<name>.+?): invalid \S+ value: (?P<value>.+)"),
    "own": re.compile(r"argument (?P<name>.+?): (?P<code>not_an?_\w+) (?P<value>.*)", re.DOTALL),
}


def complaint(message: str) -> tuple[str, dict[str, str]]:
    """The code in section ``arguments`` and its parameters for what argparse says; ``other`` for what is not known."""
    for code, pattern in _PATTERNS.items():
        match = pattern.fullmatch(message)
        if match is not None:
            found = {name: value for name, value in match.groupdict().items() if value is not None}
            return found.pop("code", code), found
    return "other", {"message": message}
