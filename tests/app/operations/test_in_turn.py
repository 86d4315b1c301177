"""Acts take their turn: what was written in between is looked at, anything else is told."""

from collections.abc import Callable

import pytest

from app.errors import AppError
from app.operations.in_turn import in_turn


def after(moves: int, code: str = "journal.moved_on") -> tuple[list[int], Callable[[], str]]:
    tries: list[int] = []

    def attempt() -> str:
        tries.append(len(tries))
        if len(tries) <= moves:
            raise AppError(code)
        return "written"

    return tries, attempt


@pytest.mark.parametrize("moves", [0, 1, 49])
def test_it_is_made_anew_where_others_wrote_in_between(moves: int) -> None:
    tries, attempt = after(moves)
    assert in_turn(attempt) == "written"
    assert len(tries) == moves + 1


def test_where_others_write_without_pause_that_is_told() -> None:
    tries, attempt = after(1_000)
    with pytest.raises(AppError) as refused:
        in_turn(attempt)
    assert refused.value.code == "journal.moved_on"
    assert len(tries) == 50


def test_anything_else_is_told_at_once() -> None:
    tries, attempt = after(1, "journal.not_json")
    with pytest.raises(AppError) as refused:
        in_turn(attempt)
    assert (refused.value.code, len(tries)) == ("journal.not_json", 1)
