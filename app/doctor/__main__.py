"""``python -m app.doctor``: the doctor without the rest of the console, for machines on which that does not start."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import data_folder, language_of
from app.doctor.checks import examine
from app.doctor.diagnostics import write_bundle
from app.doctor.findings import system_name
from app.doctor.report import as_json as in_json
from app.doctor.report import as_text, healthy
from app.errors import AppError
from app.messages import LANGUAGES, Words, load_words


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine this machine, print what was found, and return 0 if the console can work here, else 1."""
    options = _parser().parse_args(arguments)
    words = load_words(options.lang)
    try:
        return report(options.folder, words, as_json=options.json, bundle=options.bundle)
    except AppError as error:
        sys.stderr.write(f"sluice: {words.refusal(error.code, error.detail)}\n")
        return 2


def report(folder: Path, words: Words, *, as_json: bool, bundle: Path | None = None) -> int:
    """Examine this machine with workspaces in *folder*, print what was found, and return the exit status.

    Where *bundle* is given, what helps to find a fault is written there as well.

    Raises:
        AppError: ``doctor.cannot_bundle``.
    """
    findings = examine(folder)
    tell = in_json if as_json else as_text
    sys.stdout.write(tell(findings, words, system_name()) + "\n")
    if bundle is not None:
        found = in_json(findings, words, system_name())
        names = write_bundle(bundle, found, data_folder(os.environ), str(Path.home()))
        # On standard error: what a script reads on standard output is one object.
        sys.stderr.write(words.say("summary", "support_bundled", {"path": str(bundle), "count": len(names)}) + "\n")
    return 0 if healthy(findings) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sluice doctor", description="Look at this machine and say what to mend.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ), help="language of the words")
    parser.add_argument("--bundle", type=Path, metavar="FILE.zip", help="write logs and findings into one file, masked")
    parser.add_argument("--folder", type=Path, default=data_folder(os.environ), help="where workspaces are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
