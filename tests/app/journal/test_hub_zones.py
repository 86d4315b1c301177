"""Who answers for a part of the city is shown whom its people called about, and nobody else, by whatever way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import psycopg
import pytest
from followers import refusal_of
from hub_staff import NOW, Staff
from test_hub_rights import put_back

from app.journal.chain import flaws
from app.journal.events import Draft, Event
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person, people, publish_zones
from app.journal.hub_rights import REVEALED, PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.journal.writing import FreeText


def square(x: float, y: float, size: float) -> list[tuple[float, float]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


OUTLINES = {
    # East has a hole, and an island in it; West lies beside it.
    "East": [[square(0, 0, 100), square(40, 40, 20)], [square(45, 45, 5)]],
    "West": [[square(-100, 0, 100)]],
}
EAST, WEST = (10.0, 10.0), (-50.0, 10.0)


class Desk:
    """A journal whose entries and words go to the hub by one login."""

    def __init__(self, staff: Staff, hub: HubJournal, name: str) -> None:
        self.hub, self.name, self.journal = hub, name, staff.journal()

    def say(self, kind: str, entity: str, body: Mapping[str, object] | None = None, **texts: str) -> tuple[Event, ...]:
        events = self.journal.append([Draft(kind, entity, body or {}, texts)], NOW, self.name)
        self.hub.push(events, self.journal.texts(events))
        return events

    def opens(self, entity: str, place: tuple[float, float], **texts: str) -> tuple[FreeText, ...]:
        return self.journal.texts(self.say("incident.opened", entity, {"x_m": place[0], "y_m": place[1]}, **texts))


@pytest.fixture
def city(staff: Staff) -> tuple[Staff, Desk]:
    """Zones, and a desk for the whole city that has taken down a call in each, and one from nowhere."""
    publish_zones(staff.hub, OUTLINES)
    whole = Desk(staff, staff.add("wang", PersonRole.OPERATOR), "wang")
    whole.opens("incident/E", EAST, caller="东户", note="东说")
    whole.opens("incident/W", WEST, caller="西户", note="西说")
    whole.opens("incident/hole", (41.0, 41.0), caller="洞户")
    whole.opens("incident/island", (46.0, 46.0), caller="岛户")
    whole.say("complaint.opened", "complaint/1", {}, name="无处")
    whole.say("desk.handed_over", "desk", {}, note="交班")
    return staff, whole


def shown(hub: HubJournal) -> set[str]:
    return {text.content for text in hub.pull(0).texts}


ALL = {"东户", "东说", "西户", "西说", "洞户", "岛户", "无处", "交班"}


def test_each_is_shown_the_words_of_his_zones_and_all_entries(city: tuple[Staff, Desk]) -> None:
    staff, whole = city
    operator, field = PersonRole.OPERATOR, PersonRole.FIELD
    expected = {
        staff.add("east", operator, "East"): {"东户", "东说", "岛户", "交班"},
        staff.add("west", operator, "West"): {"西户", "西说", "交班"},
        staff.add("both", operator, "East", "West"): ALL - {"洞户", "无处"},
        staff.add("li", field, "East"): {"东说", "交班"},
        staff.add("sun", field): {"东说", "西说", "交班"},
        whole.hub: ALL,
        staff.hub: ALL,
    }
    for hub, words in expected.items():
        assert shown(hub) == words
        assert flaws(hub.events()) == [], "chains are whole without the words"
        assert len(list(hub.events())) == staff.hub.top() == 6
        assert hub.sees_personal() is (words == ALL)
    assert {one.name: one.zones for one in people(staff.hub)}["both"] == ("East", "West")
    assert refusal_of(lambda: staff.add("x", operator, "North")) == "hub.unknown_zone"
    both = Person("x", "x", operator, relays=True, zones=("East",))
    assert refusal_of(lambda: add_person(staff.hub, both)) == "hub.relay_in_zones"
    assert "x" not in {one.name for one in people(staff.hub)}


def test_nobody_moves_words_within_his_reach(city: tuple[Staff, Desk]) -> None:
    staff, whole = city
    east = Desk(staff, staff.add("east", PersonRole.OPERATOR, "East"), "east")
    mate = Desk(staff, staff.add("mate", PersonRole.OPERATOR, "East"), "mate")
    before = shown(east.hub)
    (caller,) = [text.id for text in whole.journal.texts(whole.journal.events()) if text.content == "西户"]
    # He names the words elsewhere, says that they were about something of his, asks for them, moves the incident.
    east.say("incident.noted", "incident/E", {"texts": {"caller": caller}})
    east.say("incident.amended", "incident/W", {"x_m": EAST[0], "y_m": EAST[1]})
    for entity in ("incident/W", "incident/E"):
        east.say(REVEALED, entity, {"shown": [caller]}, purpose="看看")
    assert shown(east.hub) == before | {"看看"}
    # Another names them where he may look, in good faith: they stay what they were about.
    mate.say("incident.noted", "incident/E", {"texts": {"caller": caller}})
    east.say(REVEALED, "incident/E", {"shown": [caller]}, purpose="看看")
    assert caller not in {text.id for text in east.hub.pull(0).texts}
    # He signs for his colleague, in the one kind that may be signed at another's desk.
    moved = Draft("desk.handed_over", "incident/W", {"x_m": EAST[0], "y_m": EAST[1]})
    east.hub.push(east.journal.append([moved], NOW, "mate"))
    assert caller not in {text.id for text in east.hub.pull(0).texts}
    publish_zones(staff.hub, OUTLINES)
    assert caller not in {text.id for text in east.hub.pull(0).texts}
    # Somebody else says that it lies there: then it does, for him.
    whole.say("incident.amended", "incident/W", {"x_m": EAST[0], "y_m": EAST[1]})
    assert {"西户", "西说"} <= shown(east.hub)


def test_what_he_opens_is_his_to_see_with_what_others_add(city: tuple[Staff, Desk]) -> None:
    staff, whole = city
    east = Desk(staff, staff.add("east", PersonRole.OPERATOR, "East"), "east")
    east.opens("incident/E2", EAST, caller="他接的")
    east.opens("incident/W2", WEST, caller="代接的")
    whole.say("incident.noted", "incident/E2", {}, phone="5550002")
    whole.say("incident.noted", "incident/W2", {}, phone="5550003")
    seen = shown(east.hub)
    assert {"他接的", "代接的", "5550002"} <= seen, "what he wrote himself, wherever it is"
    assert "5550003" not in seen


def test_a_purpose_opens_what_lies_in_the_zone_and_nothing_else(city: tuple[Staff, Desk]) -> None:
    staff, whole = city
    li = Desk(staff, staff.add("li", PersonRole.FIELD, "East"), "li")
    named = {text.content: text.id for text in whole.journal.texts(whole.journal.events())}
    li.say(REVEALED, "incident/E", {"shown": [named["东户"]]}, purpose="开门")
    li.say(REVEALED, "incident/W", {"shown": [named["西户"]]}, purpose="开门")
    assert shown(li.hub) & {"东户", "西户"} == {"东户"}


def test_there_is_no_side_door(city: tuple[Staff, Desk], database: str) -> None:
    staff, whole = city
    login = staff.login("east")
    staff.add("east", PersonRole.OPERATOR, "East")
    notices: list[str] = []
    with psycopg.connect(database, autocommit=True) as owner:
        # A hub takes it from everybody; one whose owner does not own the database cannot.
        owner.execute(f'GRANT TEMPORARY ON DATABASE "{staff.name}" TO "{login}"'.encode())
    with psycopg.connect(staff.server.database(staff.name, login), autocommit=True) as his:
        his.add_notice_handler(lambda told: notices.append(str(told.message_primary)))
        his.execute("SET search_path = sluice")
        seen = {row[0] for row in his.execute("SELECT content FROM text").fetchall()}
        assert seen == {"东户", "东说", "岛户", "交班"}
        with his.cursor() as cursor, cursor.copy("COPY text (content) TO STDOUT") as copy:
            copied = b"".join(map(bytes, copy)).decode()
        assert "西" not in copied
        assert "东户" in copied
        # A function that tells whatever it is asked about would run before the lock, were it let.
        his.execute(
            "CREATE FUNCTION pg_temp.tell(said TEXT) RETURNS BOOLEAN LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', said; RETURN true; END $$"
        )
        his.execute("SELECT count(*) FROM text WHERE pg_temp.tell(content)")
        his.execute("CREATE TEMP VIEW mine AS SELECT * FROM text")
        assert {row[0] for row in his.execute("SELECT content FROM mine").fetchall()} == seen
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            his.execute("SET row_security = off; SELECT content FROM text")
        his.execute("SET row_security = on")
        for statement in (
            "SET ROLE owner",
            "SELECT my_zones() FROM reaches('x', 'y')",
            "SELECT place_all()",
            "SELECT texts_in('{}', true)",
            "INSERT INTO zone_part VALUES ('East', 9, false, '((-100,0),(0,0),(0,100))')",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
                his.execute(statement.encode())
        his.execute('LISTEN "sluice_hub"')
        told: list[str] = []
        while not told:
            # What comes right after a hint is not hinted at.
            whole.opens("incident/W9", WEST, caller="西九")
            told = [one.payload for one in his.notifies(timeout=0.1, stop_after=1)]
        assert told[0].isdigit(), "a hint is a number"
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("ANALYZE sluice.text")
    with psycopg.connect(staff.server.database(staff.name, login), autocommit=True) as his:
        kept = his.execute("SELECT * FROM pg_stats WHERE schemaname = 'sluice' AND tablename = 'text'").fetchall()
        assert kept == [], "nor what the server notes about common words"
    assert not any("西" in one for one in notices)
    assert any("东户" in one for one in notices)


def test_zones_are_drawn_anew_and_places_that_are_none_lie_nowhere(city: tuple[Staff, Desk]) -> None:
    staff, whole = city
    east = staff.add("east", PersonRole.OPERATOR, "East")
    whole.say("incident.opened", "incident/odd", {"x_m": "here", "y_m": [1]}, caller="怪")
    whole.say("incident.opened", "incident/far", {"x_m": 1e300, "y_m": None}, caller="远")
    assert "怪" not in shown(east)
    publish_zones(staff.hub, {"East": [[square(-100, 0, 100)]]})
    assert shown(east) == {"西户", "西说", "交班"}
    add_person(staff.hub, Person(staff.login("east"), "east", PersonRole.OPERATOR))
    assert shown(east) == ALL | {"怪", "远"}


def test_a_hub_of_the_version_before_learns_what_words_are_about(staff: Staff, database: str) -> None:
    whole = Desk(staff, staff.add("wang", PersonRole.OPERATOR), "wang")
    whole.opens("incident/W", WEST, caller="西户")
    put_back(database, 3)
    with closing(HubJournal.open(database)) as owner:
        assert [one.zones for one in people(owner)] == [()]
        publish_zones(owner, OUTLINES)
    assert shown(staff.add("west", PersonRole.OPERATOR, "West")) == {"西户"}
    assert shown(staff.add("east", PersonRole.OPERATOR, "East")) == set()


def test_a_hub_that_is_brought_back_knows_it_once_it_is_told_the_zones(staff: Staff, database: str) -> None:
    journal: Journal = staff.journal()
    body = {"x_m": WEST[0], "y_m": WEST[1]}
    journal.append([Draft("incident.opened", "incident/W", body, {"caller": "西户"})], NOW, "wang")
    journal.append([Draft("incident.amended", "incident/W", {"x_m": EAST[0], "y_m": EAST[1]})], NOW, "east")
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP SCHEMA sluice CASCADE")
    with closing(HubJournal.create(database, lambda hub: hub.fill(journal.events(), journal.texts))) as hub:
        publish_zones(hub, OUTLINES)
    assert shown(staff.add("west", PersonRole.OPERATOR, "West")) == {"西户"}
    assert shown(staff.add("east", PersonRole.OPERATOR, "East")) == set(), "he said himself that it lies there"
    assert shown(staff.add("mate", PersonRole.OPERATOR, "East")) == {"西户"}
