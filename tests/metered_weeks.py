"""A small town of four loggers and three metered areas, and what quiet weeks of it taught."""

import numpy as np

from app.telemetry.bursts.flows import Area, FlowRule, flow_rule_from
from app.telemetry.bursts.learned import Candidates, Learned
from app.telemetry.bursts.night_flow import CITY_AHEAD_MS
from app.telemetry.bursts.places import Signatures
from app.telemetry.bursts.watch import Rule, rule_from

TICK_MS, HOUR = 900_000, 4
DAY = 24 * HOUR
WEEK_S = 7 * 86_400.0
MONDAY_MS = 4 * 86_400_000 - CITY_AHEAD_MS
AREAS = tuple(Area(name, (f"F {name}",), (1.0,)) for name in ("D1", "D2", ""))


def moments(ticks: int) -> np.ndarray:
    """Beginnings of ticks from a Monday's midnight on, by the city's clock."""
    return MONDAY_MS + np.arange(ticks, dtype=np.int64) * TICK_MS


def heads_m(days: int, seed: int) -> np.ndarray:
    """Four loggers that feel one weather and have a noise of their own."""
    random = np.random.default_rng(seed)
    weather = np.repeat(random.normal(0.0, 1.0, days), DAY)[:, None] * np.linspace(0.4, 1.2, 4)
    return 40.0 + weather + random.normal(0.0, 0.05, (days * DAY, 4))


def inflow_m3_h(days: int, seed: int) -> np.ndarray:
    """Three areas; by night a fifth of what they draw at noon."""
    random = np.random.default_rng(seed)
    course = 1.0 + 0.8 * np.sin(2.0 * np.pi * (np.arange(days * DAY) / DAY - 0.25))
    own = np.exp(random.normal(0.0, 0.12, (days * DAY, 3)))
    return np.array([50.0, 80.0, 300.0]) * course[:, None] * own


def rules() -> tuple[Rule, FlowRule]:
    """By ten quiet weeks: four teach, six set thresholds."""
    rule = rule_from(moments(70 * DAY), heads_m(70, 1), 28 * DAY, TICK_MS / 1000.0, WEEK_S)
    assert isinstance(rule, Rule)
    return rule, flow_rule_from(AREAS, moments(70 * DAY), inflow_m3_h(70, 3), 28 * DAY, 2)


def signatures() -> Signatures:
    """Twelve mains, three beside each logger; :func:`of_pipe` says in which area."""
    return Signatures(np.repeat(np.eye(4) * 0.02 + 0.002, 3, axis=0), np.ones(12))


def of_pipe() -> np.ndarray:
    return np.repeat([0, 1, 2, -1], 3)


def learned_of_town() -> Learned:
    """What the product would keep of it."""
    rule, flows = rules()
    return Learned(
        rule, ("P1", "P2", "P3", "P4"), np.zeros((4, 2)), tuple(map(str, range(12))), signatures(),
        Candidates((), np.zeros((0, 2)), np.zeros((12, 0))),
        made_ms=0, since_ms=0, until_ms=0, budget_s=WEEK_S, used=1.0, flows=flows, area_of_pipe=of_pipe(),
    )  # fmt: skip
