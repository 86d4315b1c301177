"""``sluice hub person`` and ``sluice hub reveal``: who may do what at the hub, and who sees whom a report came from."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError
from app.journal.hub_rights import PersonRole
from app.journal.person import Person
from app.messages import Words
from app.operations.hub_people import add_person, people_of, publish_zones, remove_person, reveal
from app.operations.secrets_kept import keep_password


def hub_people(options: argparse.Namespace, words: Words) -> int:
    """Add, remove or list persons, tell where zones lie, or show the personal words of one incident, as *options* ask.

    Raises:
        CodedError: It cannot be done as asked.
        OSError: The file of the password cannot be read.
    """
    if options.part == "reveal":
        count = reveal(options.workspace, options.entity, options.purpose, datetime.now(UTC), options.who)
        _say(words, "personal_shown", {"entity": options.entity, "count": count})
        return 0
    if options.part == "password":
        password = "" if options.forget else _first_line(options.password_file)
        code = "password_kept" if password else "password_forgotten"
        _say(words, code, {"name": keep_password(options.workspace, password, address=options.address)})
        return 0
    folder, address = options.workspace, options.address
    if options.part == "zones":
        _say(words, "zones_published", {"count": publish_zones(folder, address)})
        return 0
    match options.act:
        case "add":
            name, role = options.name or options.login, PersonRole(options.role)
            person = Person(options.login, name, role, options.relay, zones=tuple(dict.fromkeys(options.zone)))
            add_person(folder, person, _first_line(options.password_file), address)
            said = {"login": person.login, "name": person.name, "role": words.say("person_roles", role)}
            _say(words, "person_added", {**said})
            if person.zones:
                _say(words, "person_zones", {"zones": ", ".join(person.zones)})
        case "remove":
            remove_person(folder, options.login, datetime.now(UTC), address)
            _say(words, "person_removed", {"login": options.login})
        case _:
            _list(people_of(folder, address), words, as_json=options.json)
    return 0


def _list(found: tuple[Person, ...], words: Words, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps([asdict(person) for person in found], ensure_ascii=False) + "\n")
        return
    for person in found:
        left = "" if person.left_at_ms is None else words.say("summary", "person_left", {})
        relays = words.say("summary", "person_relays", {}) if person.relays else ""
        role = words.say("person_roles", person.role)
        said = (person.login, person.name, role, ", ".join(person.zones), relays, left)
        sys.stdout.write("\t".join(part for part in said if part) + "\n")


def _say(words: Words, code: str, said: dict[str, str | int | float]) -> None:
    sys.stdout.write(words.say("summary", code, said) + "\n")


def _first_line(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        first = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise AppError("hub.no_password_in", path=str(path)) from error
    if not first:
        # Nothing would be changed, or what is kept be dropped, and whoever gave it would think otherwise.
        raise AppError("hub.no_password_in", path=str(path))
    return first
