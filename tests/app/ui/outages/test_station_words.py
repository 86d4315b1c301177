"""What stands over the checklist of the night of stations that get no water meanwhile."""

from dataclasses import replace

from app.dispatch.stations import StationHit
from app.messages import load_words
from app.ui.outages.present import station_words

DIRECT = StationHit("T2", "西泵房", True, 0.0, 0.0, 1, 1, ())
TANK = StationHit("T1", "", False, 20.0, 9000.0, 1, 1, ())


def test_tanks_are_filled_and_pumps_stopped_before_and_inlets_stay_shut_until_flushed() -> None:
    assert list(station_words((DIRECT, TANK), load_words("zh_CN"))) == [
        "西泵房 · 一停即断水（无水箱） · 停止叠压水泵 · 冲洗后启动水泵",
        "T1 · 水箱可供 2:30 小时 · 停水前蓄满水箱 · 冲洗前关闭进水 · 冲洗后打开进水",
    ]
    assert list(station_words((DIRECT, *[replace(TANK)] * 8), load_words("en")))[-1] == "+6"
    assert list(station_words((), load_words("en"))) == []
