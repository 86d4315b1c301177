"""``sluice hub``: making, joining and looking after the hub that several consoles share."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from app.cli.hub_people import hub_people
from app.cli.progress import progress_on
from app.messages import Words
from app.operations.hub import HubStatus, back_up_hub, hub_status, make_hub, verify_hub
from app.operations.joining import join
from app.sync.membership import forget_membership, required


def hub(options: argparse.Namespace, words: Words) -> int:
    """Do what *options* ask.

    Raises:
        CodedError: It cannot be done as asked.
    """
    folder = options.workspace
    match options.part:
        case "init":
            return _say(words, "hub_made", make_hub(folder, options.address, incomplete=options.incomplete))
        case "join":
            return _say(words, "hub_joined", join(folder, options.address, datetime.now(UTC)))
        case "leave":
            required(folder)
            forget_membership(folder)
            sys.stdout.write(words.say("summary", "hub_left", {"path": str(folder)}) + "\n")
        case "verify":
            events = verify_hub(folder, progress_on(words))
            sys.stdout.write(words.say("summary", "hub_sound", {"count": events}) + "\n")
        case "person" | "zones" | "reveal" | "password":
            return hub_people(options, words)
        case "backup":
            events = back_up_hub(folder, options.out, progress_on(words))
            said: dict[str, str | int | float] = {"path": str(options.out), "count": events}
            sys.stdout.write(words.say("summary", "hub_backed_up", said) + "\n")
        case _:
            status = hub_status(folder)
            if options.json:
                sys.stdout.write(json.dumps(asdict(status), ensure_ascii=False) + "\n")
                return 0
            return _say(words, "hub_status", status)
    return 0


def _say(words: Words, code: str, status: HubStatus) -> int:
    said = vars(status) | {"withdrawn": ", ".join(status.withdrawn)}
    sys.stdout.write(words.say("summary", code, said) + "\n")
    if status.withdrawn:
        sys.stdout.write(words.say("summary", "hub_withdrawn", said) + "\n")
    return 0
