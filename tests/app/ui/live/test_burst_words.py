"""What is said of a proposed burst: how many mains, how well it is known when it began, what flow meters know."""

from dataclasses import replace

import numpy as np
import pytest

from app.messages import load_words
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.inflow import InflowTold
from app.telemetry.bursts.picture import BurstSeen, OneMore, Zone
from app.telemetry.bursts.told import Way
from app.ui.live.burst_words import burst_facts, inflow_words

HOUR = 3_600_000
NAN = float("nan")
ONE = Zone(("P1",), np.array([0.9]), 400.0, 0.01, (25.0, 40.0), None)
TWO = replace(ONE, pipes=("P1", "P2"), probability=np.array([0.6, 0.3]))
KNOWN = InflowTold("D1", 18 * HOUR, 52.0, 40.0, 2.0, 12.4)
SEEN = BurstSeen("b", 9_000_000, 0, "PT-1", -1, 9.0, 6.0, AlarmState.UNACKNOWLEDGED, "", ONE, (), ())

pytestmark = pytest.mark.usefixtures("qapp")


def facts(zone: Zone, *, is_at_latest: bool = False) -> list[str]:
    return burst_facts(load_words("en"), replace(SEEN, zone=zone, is_at_latest=is_at_latest))


def test_one_main_is_one_main_and_several_are_counted() -> None:
    assert facts(ONE)[1] == "Zone of one main, 400 m (1.0 % of all), with 80 %: P1 90 %. 25 to 40 m³/h, with 80 %."
    assert facts(replace(TWO, length_m=1234.0))[1].startswith(
        "Zone of 2 mains, 1.2 km (1.0 % of all), with 80 %; first in rank: P1 60 %, P2 30 %"
    )


def test_little_is_not_nothing() -> None:
    """A zone of thousands of mains in a large city: each holds it with a thousandth, and they are there."""
    more = OneMore("P9", 0.0, 0.0, 3.0, 0.3)
    (_, said, logger) = facts(
        replace(TWO, probability=np.array([0.004, 0.001]), length_m=40.0, share=0.0000004, one_more=more)
    )
    assert "40 m (<0.1 % of all)" in said
    assert "P1 <1 %, P2 <1 %" in said
    assert logger == "One more logger at main P9 would leave about 1 of these 3 mains."


def test_a_beginning_that_nobody_watched_is_told_as_the_latest() -> None:
    assert facts(ONE)[0] == "Began about 01-01 08:00, told 01-01 10:30."
    assert facts(ONE, is_at_latest=True)[0] == "Began 01-01 08:00 at the latest, told 01-01 10:30."
    by_night = replace(SEEN, way=Way.NIGHT, area="D1", since_ms=18 * HOUR, at_ms=20 * HOUR)
    assert burst_facts(load_words("en"), by_night)[0] == "Seen since the night of 01-02, told 01-02 04:00."


def test_what_flow_meters_do_not_know_is_left_out_or_said_to_be_unknown() -> None:
    assert inflow_words(KNOWN) == (
        "Flow meters, D1: +12 m³/h against the usual since then; "
        "night of 01-02 (2 to 4) 52 m³/h, before usually 40 ± 2.0."
    )
    early = replace(KNOWN, night_ms=None, night_m3_h=NAN)
    assert inflow_words(early) == (
        "Flow meters, D1: +12 m³/h against the usual since then; "
        "no night (2 to 4) since then yet, before usually 40 ± 2.0 m³/h."
    )
    silent = replace(KNOWN, night_m3_h=NAN, over_m3_h=NAN)
    assert inflow_words(silent) == (
        "Flow meters, D1: night of 01-02 (2 to 4) unknown, a meter was silent; before usually 40 ± 2.0 m³/h."
    )
    new = replace(KNOWN, usual_m3_h=NAN, spread_m3_h=NAN)
    assert inflow_words(new) == "Flow meters, D1: +12 m³/h against the usual since then."


def test_the_area_that_told_it_comes_first_and_of_many_others_those_that_draw_most_more() -> None:
    city = replace(KNOWN, area="", over_m3_h=20.0)
    nothing = replace(KNOWN, area="D0", over_m3_h=NAN, usual_m3_h=NAN)
    quiet = replace(KNOWN, night_m3_h=40.0)
    others = [replace(quiet, area=f"D{at}", over_m3_h=float(at)) for at in range(2, 9)]
    high = replace(KNOWN, area="D9", over_m3_h=-1.0)
    burst = replace(SEEN, way=Way.NIGHT, area="D1", inflows=(nothing, city, *others, high, KNOWN))
    said = [one.partition(":")[0] for one in burst_facts(load_words("en"), burst)]
    assert [one for one in said if one.startswith("Flow meters")] == [
        "Flow meters, D1", "Flow meters, all sources", "Flow meters, D9", "Flow meters, D8",
    ]  # fmt: skip


@pytest.mark.parametrize("way", list(Way))
def test_no_sentence_has_a_hole(way: Way) -> None:
    for night_ms in (None, 18 * HOUR):
        for night in (NAN, 52.0):
            for usual in (NAN, 40.0):
                for over in (NAN, 12.0):
                    one = InflowTold("D1", night_ms, night, usual, usual, over)
                    burst = replace(SEEN, way=way, area="D1", inflows=(one, replace(one, area="")))
                    said = " ".join(burst_facts(load_words("en"), burst))
                    assert [hole for hole in ("nan", "None", "—", "{", "0 of 0", "  ", ": .") if hole in said] == []
