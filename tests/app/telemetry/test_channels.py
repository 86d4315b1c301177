import pickle
from functools import cached_property

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.quantities import MISTAKES, Quantity, counts_of, suspected_mistake, to_kept, values_of
from app.telemetry.readings import NO_VALUE


def gauge(channel_id: str = "PT-1", **fields: object) -> Channel:
    return Channel(channel_id, "经十路测压点", Quantity.PRESSURE, "MPa", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quantity", "unit", "sent", "inside"),
    [
        (Quantity.PRESSURE, "MPa", 0.18, 18.3549),
        (Quantity.PRESSURE, "kPa", 180.0, 18.3549),
        (Quantity.PRESSURE, "bar", 1.8, 18.3549),
        (Quantity.PRESSURE, "m", 18.0, 18.0),
        (Quantity.FLOW, "m3/h", 3600.0, 1.0),
        (Quantity.FLOW, "l/s", 250.0, 0.25),
        (Quantity.LEVEL, "cm", 250.0, 2.5),
        (Quantity.CHLORINE, "ug/L", 300.0, 0.3),
        (Quantity.ACIDITY, "", 7.2, 7.2),
    ],
)
def test_units_are_converted_at_the_boundary(quantity: Quantity, unit: str, sent: float, inside: float) -> None:
    assert sent * to_kept(quantity, unit) == pytest.approx(inside, rel=1e-5)


@pytest.mark.parametrize(("quantity", "unit"), [(Quantity.PRESSURE, "m3/h"), (Quantity.CHLORINE, "MPa")])
def test_a_unit_of_something_else_is_refused(quantity: Quantity, unit: str) -> None:
    with pytest.raises(AppError) as refused:
        to_kept(quantity, unit)
    assert refused.value.code == "telemetry.unknown_unit"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20), st.sampled_from([0.01, 1e-5, 1.0]))
def test_a_count_tells_its_value_to_half_a_step_or_none(sent: list[float], step: float) -> None:
    values = np.array(sent, dtype=np.float64)
    counts = counts_of(values, 1.0, step)
    back = values_of(counts, step)
    told = counts != NO_VALUE
    assert np.all(np.abs(back[told] - values[told]) <= step * 0.5 * (1 + 1e-6) + np.abs(values[told]) * 1e-12)
    assert np.all(np.isnan(back[~told]))
    assert np.all(~np.isfinite(values[~told]) | (np.abs(values[~told]) > 1e15 * step))


@pytest.mark.parametrize("ratio", [*MISTAKES, *(1 / each for each in MISTAKES)])
def test_a_unit_mistake_is_told_by_its_ratio(ratio: float) -> None:
    values = np.linspace(28.0, 33.0, 40) * ratio
    # bar for MPa (10) and kgf for N (9.8) are nearer to each other than any band can tell.
    assert suspected_mistake(values, (25.0, 36.0)) == pytest.approx(ratio, rel=0.03)


@pytest.mark.parametrize(
    "values",
    [np.linspace(28, 33, 40), np.linspace(28, 33, 5) * 1000, np.full(40, np.nan), np.full(40, -3.0), np.full(40, 95.0)],
    ids=["as usual", "too few", "no numbers", "below nought", "nothing fits"],
)
def test_no_mistake_is_told_where_there_is_none(values: np.ndarray) -> None:
    assert suspected_mistake(values, (25.0, 36.0)) is None


def test_a_name_means_the_channel_that_bore_it_then() -> None:
    before = gauge("PT-1", aliases=(Alias("mqtt", "a/1", until_ms=1000),))
    since = gauge("PT-2", aliases=(Alias("mqtt", "a/1", from_ms=1000),))
    channels = Channels((before, since))
    assert [channels.named("mqtt", "a/1", at) for at in (999, 1000)] == [0, 1]
    assert channels.named("mqtt", "PT-2", 0) == 1, "its own id always serves"
    assert channels.named("opcua", "a/1", 0) is None


def test_what_goes_to_another_process_are_the_records_alone() -> None:
    """The recorder works columns out while its answer is written: what is written then must not grow meanwhile."""
    for made in (Channels((gauge(),)), Limits((Limit("PT low", 0, Side.LOW, 20.0),))):
        written = pickle.dumps(made)
        for name, column in vars(type(made)).items():
            if isinstance(column, cached_property):
                getattr(made, name)
        assert pickle.dumps(made) == written
        again = pickle.loads(written)
        assert again.records == made.records
        assert len(again) == 1


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ((gauge(), gauge()), "telemetry.channel_twice"),
        ((gauge("A", aliases=(Alias("f", "x"),)), gauge("B", aliases=(Alias("f", "x", 5),))), "telemetry.alias_twice"),
        ((gauge(lowest=5.0, highest=1.0),), "telemetry.bad_limits"),
        ((gauge(interval_s=0.0),), "telemetry.bad_limits"),
        ((Channel("A", "", Quantity.FLOW, "MPa"),), "telemetry.unknown_unit"),
    ],
)
def test_channels_that_cannot_be_are_refused(records: tuple[Channel, ...], code: str) -> None:
    with pytest.raises(AppError) as refused:
        Channels(records)
    assert refused.value.code == code
