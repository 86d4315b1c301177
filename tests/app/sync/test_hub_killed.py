"""A hub that dies in the middle of what consoles send, and comes back: nothing that it acknowledged is gone."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from servers import postgres, postgres_programs
from test_follower import (  # noqa: F401 - fixtures are found by their names
    first,
    hashes,
    placed,
    room,
    second,
    silent,
    state,
    until,
    writing,
)

from app.hub_requests import Following
from app.operations.hub import join_hub, make_hub, verify_hub
from app.worker.hub_handlers import HubRoom


def test_a_hub_that_is_killed_while_consoles_send_comes_back_with_all_it_told(
    first: Path,  # noqa: F811
    second: Path,  # noqa: F811
    room: Callable[[], HubRoom],  # noqa: F811
) -> None:
    programs, chance = postgres_programs(), random.Random(7)
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: python3 tools/set_up.py test")
    with postgres(programs) as server:
        make_hub(first, server.address)
        join_hub(second, server.address)
        one, two = room(), room()
        for _ in range(3):
            until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
            known = len(placed(first))
            with writing(first), writing(second):
                until(lambda known=known: len(placed(first)) > known + chance.randint(5, 20))  # type: ignore[misc]
                server.kill()
                until(lambda: state(one, first)[0] is state(two, second)[0] is Following.ALONE)
                told = placed(first) | placed(second)
                server.start_again()
                until(lambda told=told: len(placed(first)) > len(told))  # type: ignore[misc]
            until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
            until(lambda: hashes(first) == hashes(second))
            assert told.items() <= placed(first).items()
            assert told.items() <= placed(second).items()
        assert verify_hub(first, silent) == len(hashes(first))
