"""Terms, and which of them a typed word may mean, against the plain definitions."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gis.search_terms import TermFinder, collect_terms, folded, holds_nearly, number_slips, terms_of

LETTERS = st.text("和平路建设", max_size=7)


def one_slip(word: str) -> set[str]:
    """Everything that one slip makes of *word*, and the word itself; "?" stands for any sign."""
    made = {word}
    for at in range(len(word) + 1):
        made.add(word[:at] + "?" + word[at:])
    for at in range(len(word)):
        made |= {word[:at] + word[at + 1 :], word[:at] + "?" + word[at + 1 :]}
    for at, _ in enumerate(pairwise(word)):
        made.add(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return made


def stands_in(pattern: str, text: str) -> bool:
    return any(
        all(sign in ("?", text[start + at]) for at, sign in enumerate(pattern))
        for start in range(len(text) - len(pattern) + 1)
    )


@given(LETTERS, LETTERS.filter(lambda word: len(word) >= 2))
def test_one_slip_is_what_the_definition_says(text: str, wanted: str) -> None:
    assert holds_nearly(text, wanted) == any(stands_in(pattern, text) for pattern in one_slip(wanted))


@given(st.lists(LETTERS, max_size=8), LETTERS.filter(bool))
def test_every_word_that_holds_what_was_typed_is_found_and_no_other(texts: list[str], typed: str) -> None:
    terms = collect_terms(texts)
    found = {terms.words[row] for row in TermFinder(terms).words(typed).tolist()}
    assert found == {text for text in texts if typed in text}


@given(st.lists(LETTERS, max_size=8), LETTERS.filter(lambda word: len(word) >= 3))
def test_every_word_one_slip_away_is_found(texts: list[str], typed: str) -> None:
    terms = collect_terms(texts)
    found = {terms.words[row] for row in TermFinder(terms).near_words(typed).tolist()}
    assert {text for text in texts if holds_nearly(text, typed)} <= found


def test_a_slip_is_found_among_very_many_words_alike() -> None:
    """Each sign of the road meant is in hundreds of names that are more important, and its halves too."""
    signs = [chr(0x4E00 + at) for at in range(600)]
    often = [f"{sign}{end}" for end in ("中路", "阳街", "文里") for sign in signs]
    terms = collect_terms([*often, "文阳中路"])
    for typed in ("阳文中路", "文阳中", "文阳种路", "文中阳路", "文阳中路路"):
        found = {terms.words[row] for row in TermFinder(terms).near_words(typed).tolist()}
        assert "文阳中路" in found, typed


@given(st.lists(st.integers(0, 2000).map(str), max_size=20), st.integers(0, 300).map(str))
def test_numbers_whole_and_begun(texts: list[str], digits: str) -> None:
    terms = collect_terms(texts)
    finder = TermFinder(terms)
    for whole in (True, False):
        low, high = finder.number_range(digits, whole=whole)
        found = {terms.numbers[row] for row in range(low, high)}
        assert found == {text for text in texts if (text == digits if whole else text.startswith(digits))}


@given(st.lists(st.text("和平路12 ", max_size=8), max_size=8))
def test_postings_name_exactly_the_texts_that_hold_a_term(texts: list[str]) -> None:
    terms = collect_terms(texts)
    for column, postings in ((terms.words, terms.word_texts), (terms.numbers, terms.number_texts)):
        for row in range(len(column)):
            held = [at for at, text in enumerate(texts) if column[row] in terms_of(text)]
            assert postings[row].tolist() == held


def test_a_text_is_folded_and_cut_where_its_letters_change() -> None:
    assert terms_of(folded("泉城路１８０号ABC座")) == ["泉城路", "180", "号", "abc", "座"]
    assert terms_of(folded("福谷三路与秋桂街口")) == ["福谷三路", "秋桂街口"]


def test_slips_of_a_number_begin_with_exchanged_digits() -> None:
    assert number_slips("123")[:2] == ["213", "132"]
    assert "123" not in number_slips("123")
    assert {"12", "1234", "173"} <= set(number_slips("123"))


def test_words_stand_in_the_order_of_the_texts_that_hold_them() -> None:
    # By the order of a set they were others in each process: a cache made again was never the same.
    terms = collect_terms(["和平路 oak 3 和平路", "建设街 oak elm", "近郊 birch"])
    assert list(terms.words) == ["和平路", "oak", "建设街", "elm", "郊", "birch"]
