"""``sluice hub``: making, joining and looking after the hub that several consoles share."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from app.cli.hub_people import hub_people
from app.cli.progress import progress_on
from app.messages import Words
from app.operations.hub import HubStatus, back_up_hub, hub_status, make_hub, verify_hub
from app.operations.hub_layers import LayersGiven, give_layers, is_new, join_anew
from app.operations.joining import join
from app.sync.membership import forget_membership, required
from network.errors import CodedError


def hub(options: argparse.Namespace, words: Words) -> int:
    """Do what *options* ask.

    Raises:
        CodedError: It cannot be done as asked.
    """
    folder = options.workspace
    match options.part:
        case "init" | "join" | "layers":
            return _begin(options, words)
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


def _begin(options: argparse.Namespace, words: Words) -> int:
    """Make a hub, give it the network, or follow one."""
    folder, address = options.workspace, options.address
    if options.part == "layers":
        return _say_given(words, give_layers(folder, progress_on(words), address))
    if options.part == "init":
        _say(words, "hub_made", make_hub(folder, address, incomplete=options.incomplete))
        return _give_layers_too(folder, words)
    if is_new(folder):
        return _say(words, "hub_joined", join_anew(folder, address, progress_on(words)))
    return _say(words, "hub_joined", join(folder, address, datetime.now(UTC)))


def _give_layers_too(folder: Path, words: Words) -> int:
    """A hub is a hub without the network too, as those were before it could hold one."""
    try:
        return _say_given(words, give_layers(folder, progress_on(words)))
    except CodedError as error:
        said = {"why": words.say("failed", error.code, error.detail)}
        sys.stdout.write(words.say("summary", "hub_without_layers", said) + "\n")
        return 0


def _say_given(words: Words, given: LayersGiven) -> int:
    sys.stdout.write(words.say("summary", "hub_layers", vars(given)) + "\n")
    return 0


def _say(words: Words, code: str, status: HubStatus) -> int:
    said = vars(status) | {"withdrawn": ", ".join(status.withdrawn)}
    sys.stdout.write(words.say("summary", code, said) + "\n")
    if status.withdrawn:
        sys.stdout.write(words.say("summary", "hub_withdrawn", said) + "\n")
    if status.layers == "other":
        sys.stdout.write(words.say("summary", "hub_other_layers", {}) + "\n")
    return 0
