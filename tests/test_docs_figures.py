"""Figures that the documents tell are those of the code: each sentence is made of the constant that it tells of."""

import re
from pathlib import Path

import pytest

from app.dispatch.permits import VALID_MS
from app.hydrants import book as hydrants
from app.operations import alarm_feeding, hotline, meter_promise, pressures, retention
from app.public import areas, linking
from app.sync import rights_told
from app.telemetry import alarm_figures, alarms, history_server, line_check
from app.telemetry.bursts import known_work
from app.ui import resume, watchdog
from app.ui.dispatch import alarms as sounds
from app.ui.dispatch import desk as dispatch
from app.ui.field import place
from app.ui.live import back_bar, burst_model, model, section_heads
from app.ui.pressures import finder
from network import lifted
from network.hydraulic_defaults import HYDRANT_REACH_M, HydraulicSettings
from network.hydraulic_inputs import M3_D_PER_HEAD

DOCUMENTS = Path(__file__).resolve().parent.parent
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
A_QUARTER, A_MINUTE, THREE_QUARTERS = {15: "a quarter of an hour"}, {60.0: "a minute"}, {0.75: "three quarters"}
HOUSE = HydraulicSettings()


def word(figure: float) -> str:
    """A small whole number as the documents write it."""
    assert figure == round(figure), "a figure that does not come out even needs another sentence"
    return WORDS[round(figure)]


def told(figure: float) -> str:
    """A number as the documents write it in digits."""
    return f"{figure:g}"


FIGURES = [
    ("CHANGELOG.md", f"looks {word(SECOND // model.LOOK_MS)} times a second"),
    ("docs/performance.md", f"asks {word(SECOND // model.LOOK_MS)} times a second as the desk does"),
    ("docs/pressure.md", f"explained for {word(alarms.EXPLAINS_ON_MS / MINUTE)} minutes after the pump"),
    ("docs/pressure.md", f"put aside with a reason, {told(alarms.LONGEST_SHELF_MS / HOUR)} hours at most"),
    ("docs/pressure.md", f"{word(alarm_figures.FLOOD)} alarms were raised in ten minutes the desk says"),
    ("docs/pressure.md", f"raised in {word(alarm_figures.TEN_MINUTES_MS / MINUTE)} minutes the desk says"),
    ("docs/pressure.md", f"Tried on the last {model.FIGURES_DAYS} days first"),
    ("docs/pressure.md", f"alarms raised in the last {model.FIGURES_DAYS} days"),
    ("docs/pressure.md", f"a pump no farther than {told(alarm_feeding.AT_PUMP_M)} m"),
    ("docs/pressure.md", f"at a junction within {told(alarm_feeding.AT_MAIN_M)} m"),
    ("docs/pressure.md", f"the pumps of its own house, {told(lifted.STATION_M)} m"),
    ("docs/pressure.md", f"main within {told(meter_promise.AROUND_M)} m, on the same side"),
    ("docs/pressure.md", f"An instrument farther than {told(section_heads.BESIDE_M)} m from the way"),
    ("docs/pressure.md", f"pressures within {told(known_work.REACH_M / 1000)} km do not count"),
    ("docs/pressure.md", f"is so at all within {word(burst_model.LOOK_MS / SECOND)} seconds"),
    ("docs/pressure.md", f"is believed for {word(hydrants.STILL_MS / HOUR)} hours"),
    ("docs/pressure.md", f"{word(back_bar.PLAY_MIN)} minutes a picture"),
    ("docs/pressure.md", f"{retention.LEAST_DAYS} days stay at least"),
    ("docs/pressure.md", f"days in partitions of {history_server.PARTITION_DAYS})"),
    ("docs/pressure.md", f"Clocks: more than {told(line_check.AHEAD_MS / SECOND)} s ahead"),
    ("docs/pressure.md", f"more than {word(line_check.BEHIND_MS / MINUTE)} minutes before their arrival"),
    ("docs/dispatch.md", f"repeated every {word(sounds.REPEAT_MS / SECOND)} seconds until"),
    ("docs/dispatch.md", f"silences the sounds for {A_QUARTER[dispatch.MUTE_MIN]}"),
    ("docs/field.md", f"after {told(place.STALE_MS / SECOND)} seconds no distance is told"),
    ("docs/field.md", f"A reading stands for {told(VALID_MS / MINUTE)} minutes"),
    ("docs/hotline.md", f"told for {word(hotline.LAPSED_MS / DAY)} days (house)"),
    ("docs/hotline.md", f"announced outage within {word(hotline.AHEAD_MS / DAY)} days (house)"),
    ("docs/hotline.md", f"or happened within {told(linking.NEAR_M)} m (house)"),
    ("docs/hotline.md", f"in one DMA (else within {told(areas.NEAR_M)} m, house)"),
    ("docs/administration.md", f"stood still for more than {told(watchdog.STALL_S)} s"),
    ("docs/administration.md", f"written down {told(resume.SOON_MS / SECOND)} s after the first key"),
    ("docs/administration.md", f"within {A_MINUTE[rights_told.ASK_EVERY_MS / SECOND]}. Who may not"),
    ("docs/hydraulics.md", f"{told(M3_D_PER_HEAD)} m³ a person and day"),
    ("docs/hydraulics.md", f"ground + {told(HOUSE.usual_head_m)} m"),
    ("docs/hydraulics.md", f"most of the nodes there), less {told(HOUSE.prv_below_m)} m"),
    ("docs/hydraulics.md", f"flat curve, {told(HOUSE.design_m_s)} m/s at its design flow | {told(HOUSE.lift_m)} m"),
    (
        "docs/hydraulics.md",
        f"nothing at {told(HOUSE.minimum_m)} m, all at {told(HOUSE.required_m)} m, exponent {told(HOUSE.exponent)}",
    ),
    ("docs/hydraulics.md", f"{told(HOUSE.service_loss_m)} m of service loss"),
    ("docs/hydraulics.md", f"below {told(HOUSE.low_mpa)} MPa it is low"),
    ("docs/hydraulics.md", f"stands {THREE_QUARTERS[HOUSE.tank_share]} full at that level"),
    ("docs/hydraulics.md", f"and is {told(HOUSE.tank_depth_m)} m deep"),
    (
        "docs/hydraulics.md",
        f"{A_MINUTE[HOUSE.timeout_s]}, and {told(HOUSE.timeout_each_link_s * 1000)} ms for each link",
    ),
    ("docs/hydraulics.md", f"worked out up to {pressures.MOST_DAY_PIPES:,} pipes"),
    ("docs/hydraulics.md", f"24 hours, from {word(finder.LEAD_H)} hours before the outage"),
    ("docs/hydraulics.md", f"lies within {told(HYDRANT_REACH_M)} m in a straight line"),
]


@pytest.mark.parametrize(("page", "sentence"), FIGURES, ids=[sentence[:50] for _, sentence in FIGURES])
def test_a_document_tells_the_figure_that_the_code_has(page: str, sentence: str) -> None:
    text = re.sub(r"\s+", " ", (DOCUMENTS / page).read_text(encoding="utf-8").replace("**", ""))
    assert sentence in text
