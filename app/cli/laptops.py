"""``sluice laptop``: which laptops are out, and what becomes of one that was lost or stolen; and ``sluice erase``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from app.cli.erase import erase
from app.config import operator
from app.messages import Words
from app.operations.secrets_kept import seal_key, unseal_key
from app.operations.withdrawing import Decided, LaptopShown, laptops_of, readmit, withdraw
from app.workspace_lease import shown_minute


def laptops(options: argparse.Namespace, words: Words) -> int:
    """Do what *options* ask.

    Raises:
        CodedError: It cannot be done as asked.
    """
    if options.command == "erase":
        return erase(options, words)
    if options.part == "list":
        _list(laptops_of(options.workspace), words, as_json=options.json)
        return 0
    if options.part == "seal":
        _say(words, "key_sealed", {"name": seal_key(options.workspace)})
        return 0
    if options.part == "unseal":
        unseal_key(options.workspace)
        _say(words, "key_unsealed", {"path": str(options.workspace)})
        return 0
    decide = withdraw if options.part == "withdraw" else readmit
    done = decide(options.workspace, options.laptop, options.why, datetime.now(UTC), operator())
    if options.json:
        sys.stdout.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
    else:
        _tell(done, words)
    return 0


def _tell(done: Decided, words: Words) -> None:
    codes = ["laptop_withdrawn" if done.withdrawn else "laptop_readmitted"]
    if not done.reached:
        codes.append("laptop_decided_hub_away")
    for code in codes:
        _say(words, code, {"laptop": done.laptop})


def _say(words: Words, code: str, said: dict[str, str | int | float]) -> None:
    sys.stdout.write(words.say("summary", code, said) + "\n")


def _list(found: tuple[LaptopShown, ...], words: Words, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps([asdict(laptop) for laptop in found], ensure_ascii=False) + "\n")
        return
    if not found:
        sys.stdout.write(words.say("summary", "no_laptops") + "\n")
    for laptop in found:
        said = {"taken": shown_minute(laptop.taken_ms), "until": shown_minute(laptop.until_ms)}
        parts = [laptop.laptop, laptop.holder, laptop.area, words.say("summary", "laptop_out", said)]
        if laptop.withdrawn_ms is not None:
            gone = {"since": shown_minute(laptop.withdrawn_ms), "who": laptop.by, "why": laptop.why}
            parts.append(words.say("summary", "laptop_gone", gone))
        sys.stdout.write("\t".join(part for part in parts if part) + "\n")
