"""Why nobody can go, and what a long outage asks for, as the operator reads it, in both languages."""

from __future__ import annotations

from dispatch_hands import Hands, report

from app.dispatch.acts import ListCrew
from app.dispatch.states import ClockState
from app.ui.dispatch.clauses import ClauseRow


def crew(hands: Hands, name: str) -> str:
    return hands.table_row(hands.room.side.crews.table, name)[3]


def test_nobody_with_a_clamp_of_that_size_is_said_by_name_with_its_reason(hands: Hands) -> None:
    room, side = hands.room, hands.room.side
    base_m = next(row.base_m for row in room.model.view.crews if row.crew == "抢07")
    night = {"shift_from_min": 20 * 60, "shift_to_min": 8 * 60}
    for act in (
        ListCrew("抢03", skills=("抢修",), equipment=("哈夫节 DN300",), largest_dn_mm=800.0, base_m=base_m),
        ListCrew("抢07", skills=("抢修",), equipment=("发电机",), largest_dn_mm=800.0, base_m=base_m),
        ListCrew("抢09", skills=("抢修",), equipment=("哈夫节 DN600",), largest_dn_mm=800.0, base_m=base_m, **night),
    ):
        room.model.do(act)
        hands.settle()
    # The clock of the test's console stands at 14:32; the hospital hangs on a DN 600 main.
    report(hands)
    hands.desk.until(lambda: crew(hands, "抢03") == "缺 DN600 哈夫节")
    assert (crew(hands, "抢07"), crew(hands, "抢09")) == ("缺 DN600 哈夫节", "不在班")
    told = side.crews.advice.text()
    assert "无可派班组：不在班 1 · 缺装备 2 · 在班无人具备：DN600 哈夫节（不能焊接的管道用同口径哈夫节止漏）" in told
    hands.desk.window.set_language("en")
    hands.settle()
    assert crew(hands, "抢03") == "lacks repair clamp DN 600"
    assert (
        "nobody on shift has: repair clamp DN 600 (a main that cannot be welded is closed by a clamp of its size)"
        in (side.crews.advice.text())
    )
    # Who brings one is suggested, by the same key as ever; a shift that ends before it is there is named.
    ending = {"shift_from_min": 8 * 60, "shift_to_min": 14 * 60 + 33}
    room.model.do(ListCrew("抢09", skills=("抢修",), equipment=("clamp DN500-700",), base_m=base_m, **ending))
    hands.desk.until(lambda: crew(hands, "抢09") == "shift ends before")
    room.model.do(ListCrew("抢09", skills=("抢修",), equipment=("clamp DN500-700",), base_m=base_m))
    hands.desk.until(lambda: side.crews.advice.text().startswith("Suggested: 抢09"))
    assert "the only one that can" in side.crews.advice.text()


def test_an_outage_of_more_than_a_day_asks_for_temporary_supply_with_its_clause(hands: Hands) -> None:
    side = hands.room.side
    report(hands)

    def asking() -> ClauseRow | None:
        return next((row for row in side.clauses.rows if row.clock.rule.id == "P6e"), None)

    assert asking() is None
    side.menu.acts["expect"].trigger()
    hands.answer("很久")
    assert side.prompt.wrong.text() == "“很久”不是小时数"
    hands.answer("20")
    assert any(line == "预计 · 20.0 小时" for line in hands.story()), hands.story()
    assert asking() is None, "twenty hours ask for nothing"
    assert hands.line("预计 30h").endswith("预计停水 30 小时")
    hands.desk.until(lambda: asking() is not None)
    row = asking()
    assert row is not None
    assert row.chip.face.state is ClockState.RUNNING
    side.clauses.open("P6e")
    row = asking()
    assert row is not None
    told = "\n".join(text for text, _tone in row.lines)
    assert "城市供水企业应采取向停水范围内的居民集中居住区送水" in told
    assert "应急停水预计超过 24 小时的，与计划停水同样处理" in told
    hands.do("临时供水已安排（P6e）")
    hands.answer("学校门口一车")
    hands.desk.until(lambda: "临时供水已安排（P6e）" not in hands.to_do())
    row = asking()
    assert row is not None
    assert row.chip.face.state is ClockState.MET
    assert any("学校门口一车" in line for line in hands.story())
