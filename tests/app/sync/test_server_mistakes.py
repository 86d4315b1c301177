"""Mistakes in the server's own rules: each makes it decide otherwise than its model, and is noticed by that."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from servers import Postgres
from test_merging import decides_alike

from app.journal import hub_schema
from app.journal.hub import HubJournal

LIVES = 150

MISTAKES = {
    "a fork is taken": ("IF held IS NULL OR held IS DISTINCT FROM one.hash THEN", "IF false THEN"),
    "of two under one number one is taken at its word": ("IF FOUND THEN", "IF false THEN"),
    "a gap is passed over": ("ELSIF one.dev_seq <> last + 1 THEN", "ELSIF one.dev_seq < last THEN"),
    "the last number is not kept in mind": ("last := one.dev_seq;", ""),
    "an event need not hang on the one before": ("OR one.prev_hash IS DISTINCT FROM chained", ""),
    "the chain is not followed within a push": ("chained := one.hash;", ""),
    "no hash is worked out": ("OR one.hash IS DISTINCT FROM hash_of(", "OR '' = hash_of("),
    "what is no JSON is taken": ("IF NOT is_object(one.body) OR", "IF"),
    "what its author held may lie ahead": ("ELSIF one.base > top THEN", "ELSIF one.base > top + 1 THEN"),
    "what its author held may not be all": ("ELSIF one.base > top THEN", "ELSIF one.base >= top AND top > 0 THEN"),
    "who knew something forgets it": ("ELSIF one.base < head.base THEN", "ELSIF false THEN"),
    "what he knew last is not kept in mind": ("head.base := one.base;", ""),
    "places go by the device's numbers": ("top + (told.dev_seq - head.dev_seq)", "top + told.dev_seq"),
    "the order ends one too early": ("hub_seq = top + fresh", "hub_seq = top + fresh - 1"),
    "a device's end is not written down": ("UPDATE device SET dev_seq = last,", "UPDATE device SET dev_seq = dev_seq,"),
    "a device's hash is not written down": ("hash = chained, hlc", "hash = device.hash, hlc"),
}
"""What of ``push`` reads otherwise, wherever it stands, and how."""


def pushing() -> str:
    (found,) = [one for one in hub_schema.tables("x") if one.startswith("CREATE OR REPLACE FUNCTION push(")]
    return found


@pytest.fixture(scope="module")
def hub(postgres_server: Postgres) -> Iterator[HubJournal]:
    with postgres_server.empty("mistakes") as address:
        hub = HubJournal.create(address)
        yield hub
        hub.close()


def noticed(hub: HubJournal, rule: str) -> bool:
    """Whether a life at the server with *rule* in the place of its own goes otherwise than with the model."""
    with hub._connection.transaction(force_rollback=True):
        hub._connection.execute(rule.encode())
        for seed in range(LIVES):
            try:
                decides_alike(hub, Random(seed))
            except (AssertionError, psycopg.errors.UniqueViolation):
                return True
    return False


def test_the_rules_as_they_are_give_no_alarm(hub: HubJournal) -> None:
    assert not noticed(hub, pushing())


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_in_the_rules_of_the_server_are_noticed(hub: HubJournal, name: str) -> None:
    right, wrong = MISTAKES[name]
    assert right in pushing(), "that rule reads otherwise now"
    assert noticed(hub, pushing().replace(right, wrong))
