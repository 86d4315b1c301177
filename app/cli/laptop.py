"""``sluice take``, ``sluice bundle``, ``sluice merge``: a laptop goes out, and what it wrote comes home."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from app.cli.disputes import disputes_in, tell
from app.cli.progress import progress_on
from app.config import operator
from app.messages import Words
from app.operations.bundling import Bundled, Merged, bundle, merge
from app.operations.taking import Along, Taken, take
from app.workspace_lease import shown_minute


def laptop(options: argparse.Namespace, words: Words) -> int:
    """Do what *options* ask.

    Raises:
        CodedError: It cannot be done as asked.
    """
    now = datetime.now(UTC)
    done: Taken | Bundled | Merged
    match options.command:
        case "take":
            along = Along(options.holder, options.days, options.dma, options.polygon, options.readings_days)
            done = take(options.workspace, options.out, along, now, operator(), progress_on(words))
        case "bundle":
            asked = {"laptop": options.laptop, "pictures": not options.no_pictures}
            done = bundle(options.workspace, options.out, now, **asked)
        case _:
            done = merge(options.workspace, options.bundle, now, operator())
    if options.json:
        sys.stdout.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
    else:
        for code, said in _told(options, done):
            sys.stdout.write(words.say("summary", code, said) + "\n")
        if isinstance(done, Merged):
            tell(disputes_in(options.workspace), words)
    return 0


def _told(
    options: argparse.Namespace, done: Taken | Bundled | Merged
) -> list[tuple[str, dict[str, str | int | float]]]:
    """What is said of it: codes and parameters of sentences."""
    match done:
        case Taken():
            told = {"path": str(options.out), "until": shown_minute(done.until_ms), "laptop": done.laptop}
            found: list[tuple[str, dict[str, str | int | float]]] = [("laptop_taken", {**told})]
            if done.readings:
                found.append(("laptop_readings", {"count": done.readings}))
            if done.masked:
                found.append(("laptop_masked", {"count": done.masked}))
            if not done.reached:
                found.append(("laptop_hub_away", {}))
            return found
        case Bundled():
            return [("bundled", {"path": str(options.out), **asdict(done)})]
        case Merged():
            found = [("merged", {"events": done.events, "pictures": done.pictures, "laptop": done.laptop})]
            return [*found, ("merged_missing", {"count": done.missing})] if done.missing else found
