"""What a refusal names is said in words, for every desk alike; what has no words is named as it is written."""

import pytest

from app.dispatch.acts import No
from app.dispatch.entries import OrderStep
from app.dispatch.facts import FactKind
from app.messages import load_words
from app.operations.why_not import why_not

NAMED = (
    ("dispatch_no", No("order_step_first", {"order": "1", "step": OrderStep.EXECUTED}), "“执行”", "executed"),
    ("dispatch_no", No("another_act", {"fact": FactKind.VALVE_WORKED}), "阀门操作情况", "at the valve"),
    ("outage_no", No("not_before", {"fact": FactKind.WATER_OFF}), "止水", "water off"),
    ("complaint_no", No("level_before", {"level": "shift_lead"}), "“值班长”", "“shift lead”"),
    ("complaint_no", No("no_such_level", {"level": "mayor"}), "“mayor”", "“mayor”"),
)


@pytest.mark.parametrize(("section", "no", "zh", "en"), NAMED)
def test_codes_in_a_refusal_become_words(section: str, no: No, zh: str, en: str) -> None:
    assert zh in why_not(section, no, load_words("zh_CN"))
    assert en in why_not(section, no, load_words("en"))
