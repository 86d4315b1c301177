"""What the hub takes of laptops that were lost: nothing, neither of their devices nor by their logins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from followers import refusal_of as code
from hub_staff import CALLER, NOW, Staff
from test_hub_rights import put_back

from app.errors import AppError
from app.journal.events import Draft, Event, hash_of
from app.journal.hub import HubJournal
from app.journal.hub_laptops import BROUGHT, JOINED, READMITTED, WITHDRAWN
from app.journal.hub_people import add_person, remove_person
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.person import Person

LOST, FOUND = "laptop/lost", "laptop/found"


def said(journal: Journal, actor: str, kind: str, entity: str = LOST, **body: object) -> tuple[Event, ...]:
    return journal.append([Draft(kind, entity, body)], NOW, actor)


def observed(journal: Journal, actor: str) -> tuple[Event, ...]:
    return said(journal, actor, "valve.observed", "valve/V1", position="open")


def sent(hub: HubJournal, journal: Journal) -> str:
    """What is refused of all that *journal* holds."""
    return code(lambda: hub.push(journal.events()))


def test_a_withdrawn_laptop_brings_nothing_more_by_whatever_way(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    sun = staff.add("sun", PersonRole.FIELD)
    qian = staff.add("qian", PersonRole.SUPERVISOR, relays=True)
    desk, laptop, stick, other = (staff.journal() for _ in range(4))
    li.push([*said(laptop, "li", JOINED), *observed(laptop, "li")])
    sun.push(said(other, "sun", JOINED, FOUND))
    qian.push(observed(stick, "li"))
    wang.push(said(desk, "wang", "laptop.brought", devices=[stick.device()], reach=0))
    wang.push(said(desk, "wang", "laptop.brought", "laptop/odd", devices={"a": 1}, reach=0))
    before = staff.hub.top()

    wang.push(said(desk, "wang", WITHDRAWN))
    with pytest.raises(AppError) as refused:
        li.push(observed(laptop, "li"))
    assert (refused.value.code, refused.value.detail) == ("hub.laptop_withdrawn", {"laptop": "lost"})
    assert code(lambda: li.push(observed(staff.journal(), "li"))) == "hub.laptop_withdrawn", "another copy of it"
    assert code(lambda: qian.push(observed(stick, "li"))) == "hub.laptop_withdrawn", "carried in by somebody"
    assert code(lambda: li.push(said(staff.journal(), "li", READMITTED))) == "hub.laptop_withdrawn"
    assert code(lambda: sun.push(said(staff.journal(), "sun", READMITTED))) == "hub.not_his_kind"
    assert sun.push(observed(other, "sun")) == before + 2, "another laptop is another's"
    assert staff.hub.top() == before + 2
    assert len(li.pull(0).events) == before + 2, "it may hear; what was written before stays"


def test_its_login_comes_in_anew_and_the_laptop_when_somebody_who_knows_says_so(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    desk, unaware, laptop = (staff.journal() for _ in range(3))
    li.push(said(laptop, "li", JOINED))
    blind = said(unaware, "wang", READMITTED)
    wang.push(said(desk, "wang", WITHDRAWN))
    wang.push(blind)
    observed(laptop, "li")
    assert sent(li, laptop) == "hub.laptop_withdrawn", "he did not know that it was lost"
    add_person(staff.hub, Person(staff.login("li"), "li", PersonRole.FIELD, relays=True))
    assert code(lambda: li.push(observed(staff.journal(), "li"))) == "hub.laptop_withdrawn", "the same password"
    remove_person(staff.hub, staff.login("li"), 7)
    add_person(staff.hub, Person(staff.login("li"), "li", PersonRole.FIELD, relays=True))
    assert code(lambda: li.push(observed(staff.journal(), "li"))) == "hub.laptop_withdrawn", "gone and back with it"
    add_person(staff.hub, Person(staff.login("li"), "li", PersonRole.FIELD), password="of-a-test")
    assert code(lambda: li.push(observed(staff.journal(), "li"))) == "", "with a new password, at another laptop"
    assert sent(li, laptop) == "hub.laptop_withdrawn", "the lost one stays out"
    wang.push(said(desk, "wang", READMITTED))
    assert sent(li, laptop) == ""
    observed(laptop, "li")
    wang.push(said(desk, "wang", WITHDRAWN))
    assert sent(li, laptop) == "hub.laptop_withdrawn", "lost again"


def test_a_desk_whose_login_is_on_a_lost_laptop_is_shown_no_names(staff: Staff) -> None:
    wang, zhao = staff.add("wang", PersonRole.OPERATOR), staff.add("zhao", PersonRole.OPERATOR)
    desk, laptop = staff.journal(), staff.journal()
    zhao.push(said(laptop, "zhao", JOINED))
    opened = desk.append([Draft("incident.opened", "incident/W1", {}, CALLER)], NOW, "wang")
    wang.push(opened, desk.texts(opened))
    assert {text.content for text in zhao.pull(0).texts} == set(CALLER.values())
    wang.push(said(desk, "wang", WITHDRAWN))
    assert {text.content for text in zhao.pull(0).texts} == {CALLER["note"]}
    assert {text.content for text in wang.pull(0).texts} == set(CALLER.values())


def test_what_a_bundle_brings_is_its_author_s_and_not_the_carrier_s(staff: Staff) -> None:
    """Words that were written in the field, and words that were asked for there."""
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    carrier = staff.add("sun", PersonRole.PLANNER, relays=True)
    desk, laptop = staff.journal(), staff.journal()
    heard = laptop.append([Draft("incident.happened", "incident/W1", {}, CALLER)], NOW, "li")
    carrier.push(heard, laptop.texts(heard))
    assert {text.content for text in carrier.pull(0).texts} == {CALLER["note"]}
    assert {text.content for text in li.pull(0).texts} == set(CALLER.values())
    opened = desk.append([Draft("incident.opened", "incident/W2", {}, {"phone": "0531-55500002"})], NOW, "wang")
    wang.push(opened, desk.texts(opened))
    (phone,) = desk.texts(opened)
    body, purpose = {"shown": [phone.id]}, {"purpose": "回访"}
    asked = laptop.append([Draft("personal.revealed", "incident/W2", body, purpose)], NOW, "li")
    carrier.push(asked, laptop.texts(asked))
    assert carrier.texts_by_id([phone.id]) == ()
    assert li.texts_by_id([phone.id]) == (phone,)
    # What somebody brought in a bundle of his own does not let him name what he would like to see.
    hidden = desk.append([Draft("incident.opened", "incident/W3", {}, {"phone": "0531-55500003"})], NOW, "wang")
    wang.push(hidden, desk.texts(hidden))
    (other,) = desk.texts(hidden)
    named = laptop.append([Draft("incident.noted", "incident/W1", {"texts": {"phone": other.id}})], NOW, "li")
    carrier.push(named)
    asked = laptop.append([Draft("personal.revealed", "incident/W1", {"shown": [other.id]}, purpose)], NOW, "li")
    li.push(asked, laptop.texts(asked))
    assert li.texts_by_id([other.id]) == ()


def test_who_carries_in_that_a_laptop_joins_has_not_joined_with_it(staff: Staff) -> None:
    """The line broke while it joined, and a stick brought the entry to the desk."""
    wang = staff.add("wang", PersonRole.OPERATOR, relays=True)
    staff.add("li", PersonRole.FIELD)
    desk, laptop = staff.journal(), staff.journal()
    wang.push(said(laptop, "li", JOINED))
    wang.push(said(desk, "wang", WITHDRAWN))
    assert code(lambda: wang.push(observed(desk, "wang"))) == ""
    assert code(lambda: wang.push(observed(laptop, "li"))) == "hub.laptop_withdrawn", "the device stays out"


def test_who_pushes_while_his_laptop_is_being_withdrawn_comes_too_late(staff: Staff, database: str) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    desk, laptop = staff.journal(), staff.journal()
    li.push(said(laptop, "li", JOINED))
    late = observed(laptop, "li")
    with ThreadPoolExecutor(2) as two, psycopg.connect(database) as holding, psycopg.connect(database) as looking:
        looking.autocommit = True
        holding.execute("SELECT 1 FROM sluice.hub FOR UPDATE")
        waiting = b"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%push%'"
        pushes = []
        # Both were let in, and stand before the hub's row: the withdrawal first.
        for hub, events in ((wang, said(desk, "wang", WITHDRAWN)), (li, late)):
            pushes.append(two.submit(lambda hub=hub, events=events: code(lambda: hub.push(events))))
            while looking.execute(waiting).fetchone() != (len(pushes),):
                assert not pushes[-1].done()
        holding.commit()
        assert [one.result() for one in pushes] == ["", "hub.laptop_withdrawn"]


def test_nobody_in_the_field_makes_a_desk_a_lost_laptop(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    sun = staff.add("sun", PersonRole.FIELD, relays=True)
    desk, laptop, stick, other = (staff.journal() for _ in range(4))
    wang.push(said(desk, "wang", WITHDRAWN))
    li.push(observed(laptop, "li"))

    def binds(hub: HubJournal, signer: str, device: Journal) -> str:
        return code(lambda: hub.push(said(staff.journal(), signer, BROUGHT, devices=[device.device()], reach=0)))

    assert binds(li, "li", desk) == "hub.not_his"
    assert binds(sun, "sun", desk) == "hub.not_his"
    assert binds(wang, "li", desk) == "hub.not_his", "nor by a stick that a desk merges"
    assert binds(sun, "sun", laptop) == "hub.not_his", "it came by the network"
    assert code(lambda: wang.push(observed(desk, "wang"))) == ""
    sun.push(observed(stick, "li"))
    assert binds(sun, "sun", stick) == "", "he carried it in"
    assert binds(li, "li", laptop) == "", "his own"
    assert binds(li, "li", other) == "", "which nobody knows yet"
    assert binds(wang, "wang", laptop) == ""


def test_no_entry_about_a_lost_laptop_stops_everybody_s_writing(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    desk, laptop = staff.journal(), staff.journal()
    wang.push(said(desk, "wang", WITHDRAWN))
    (event,) = said(laptop, "li", "laptop.brought", devices=["x"], reach=0)
    for half in ('{"devices":["\\ud800"],"reach":0}', '{"devices":["\\u0000"],"\\ud800":1}', '{"devices":7}'):
        event = replace(event, dev=staff.journal().device(), body=half)
        event = replace(event, hash=hash_of(event))
        li.push([event])
    assert code(lambda: wang.push(observed(desk, "wang"))) == ""
    assert code(lambda: li.push(observed(laptop, "li"))) == "hub.gap"


def test_at_a_hub_that_knew_no_persons_every_kind_is_taken(staff: Staff, database: str) -> None:
    put_back(database)
    assert staff.hub.takes(JOINED)


def test_what_looks_at_every_entry_is_not_cut_off(staff: Staff) -> None:
    with staff.hub.as_owner() as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("0",)
    assert staff.hub._rows("SHOW statement_timeout") == [("1min",)]
