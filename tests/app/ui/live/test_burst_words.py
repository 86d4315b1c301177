"""What is said of a proposed burst: how many mains, and how well it is known when it began."""

from dataclasses import replace

import numpy as np
import pytest

from app.messages import load_words
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.picture import BurstSeen, Zone
from app.ui.live.burst_words import burst_facts

ONE = Zone(("P1",), np.array([0.9]), 400.0, 0.01, (25.0, 40.0), None)
TWO = replace(ONE, pipes=("P1", "P2"), probability=np.array([0.6, 0.3]))


def facts(zone: Zone, *, is_at_latest: bool = False) -> list[str]:
    state = AlarmState.UNACKNOWLEDGED
    seen = BurstSeen("b", 9_000_000, 0, "PT-1", -1, 9.0, 6.0, state, "", zone, (), (), is_at_latest=is_at_latest)
    return burst_facts(load_words("en"), seen)


@pytest.mark.usefixtures("qapp")
def test_one_main_is_one_main_and_several_are_counted() -> None:
    assert facts(ONE)[1] == "Zone of one main, 0.4 km (1.0 % of all), with 80 %: P1 90 %. 25 to 40 m³/h, with 80 %."
    assert facts(TWO)[1].startswith(
        "Zone of 2 mains, 0.4 km (1.0 % of all), with 80 %; first in rank: P1 60 %, P2 30 %"
    )


@pytest.mark.usefixtures("qapp")
def test_a_beginning_that_nobody_watched_is_told_as_the_latest() -> None:
    assert facts(ONE)[0] == "Began about 01-01 08:00, told 01-01 10:30."
    assert facts(ONE, is_at_latest=True)[0] == "Began 01-01 08:00 at the latest, told 01-01 10:30."
