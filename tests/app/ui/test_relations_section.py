"""What a picked thing hangs together with, as its user sees and follows it."""

from dataclasses import replace

from console_driver import Driver
from little_city import ALONE, LEAKING

from app.messages.describe import Thing
from app.ui.inspector.relations import RelationsSection
from network.answers import PipeParts
from network.assets import Condition
from network.columns import CodedColumn


def told(desk: Driver, kind: str, identity: str) -> RelationsSection:
    section = desk.window.inspector.relations
    desk.session.pick(Thing(kind, desk.row(kind, identity)))
    desk.until(lambda: not section.waiting)
    return section


def names(section: RelationsSection, code: str) -> list[str]:
    return [link.text() for link in section.lines[code].links]


def test_every_thing_leads_to_all_it_hangs_together_with(desk: Driver) -> None:
    desk.window.set_language("en")
    section = told(desk, "pipe", LEAKING)
    assert section.isVisibleTo(desk.window)
    # Between its own two valves lies one segment with that pipe and the dead end on its middle.
    assert LEAKING in names(section, "pipes")
    assert set(names(section, "border")) >= {"V-H2-2A", "V-H2-2B"}
    desk.session.make_plan(Thing("pipe", desk.row("pipe", LEAKING)))
    desk.idle()
    assert names(section, "close") == desk.ids(desk.session.plan.plan.close)
    assert names(section, "hydrants") == ["HY1"]
    assert names(section, "sources") == ["S-北郊"]
    # Critical customers come first: eight hang on it.
    assert names(section, "customers")[:2] == ["K01", "K02"]
    assert len(names(section, "customers")) == 8
    # A link picks what it names, and brings it into the middle.
    section.lines["customers"].links[0].click()
    assert desk.session.selection == Thing("customer", desk.row("customer", "K01"))
    desk.until(lambda: not section.waiting)
    assert names(section, "pipe") == [LEAKING]
    view = desk.window.map.canvas.view
    assert view.m_per_px <= 0.6
    section.lines["pipe"].links[0].click()
    assert desk.session.selection.kind == "pipe"
    desk.until(lambda: not section.waiting)
    # A segment's length marks its mains.
    section.lines["segment"].links[0].click()
    assert desk.window.map.canvas.content.marked is not None
    # Behind the plant nothing can be closed: the source is named.
    section = told(desk, "pipe", ALONE)
    assert names(section, "stop") == ["S-北郊"]
    assert "close" not in section.lines
    # A valve has a segment on either side, and stands on its pipe.
    section = told(desk, "valve", "V-H2-2A")
    assert names(section, "pipe") == [LEAKING]
    assert "both sides" in " ".join(label.text() for label in section.findChildren(type(desk.window.top.name)))
    # What is supposed counts: a valve that is stuck makes more valves necessary.
    section = told(desk, "pipe", LEAKING)
    before = set(names(section, "close"))
    desk.session.suppose(desk.row("valve", "V-H2-2B"), condition=Condition.INOPERABLE)
    desk.until(lambda: not section.waiting)
    assert "V-H2-2B" not in names(section, "close")
    assert set(names(section, "close")) != before
    # A segment's areas, by name; a click marks all mains of that area.
    pipes = desk.session.city.network.pipes
    dma = CodedColumn.of("DMA-07" if row % 2 else "" for row in range(len(pipes)))
    desk.session.city = replace(
        desk.session.city, network=replace(desk.session.city.network, pipes=replace(pipes, dma=dma))
    )
    section._found = replace(section._found, dmas=("DMA-07",))
    section.retranslate()
    marked: list[PipeParts] = []
    section.parts_wanted.connect(marked.append)
    assert names(section, "dma") == ["DMA-07"]
    section.lines["dma"].links[0].click()
    assert marked[0].pipe.tolist() == list(range(1, len(pipes), 2))
    desk.session.pick(None)
    assert not section.isVisibleTo(desk.window)
