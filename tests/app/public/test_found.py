"""One customer at the hotline: what is said of him once."""

from app.public.found import Found


def test_an_address_that_is_the_name_is_said_once() -> None:
    assert Found(0, "C1", "Clear Street 101", "Clear Street 101", "", ()).address_apart == ""
    assert Found(0, "C1", "East School", "Clear Street 101", "", ()).address_apart == "Clear Street 101"
