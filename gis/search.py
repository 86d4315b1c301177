"""Look things up by id, road, address, place or name: Chinese, pinyin, pinyin initials, English road words; with slips.

Ids are found in their sorted order. Everything else is a text of terms (:mod:`gis.search_terms`): the terms that each
typed word may mean are looked for among all terms of the city, and the texts that hold one of each are read from the
terms' postings, the most important texts first. What is typed with a slip is answered only where nothing answers as it
stands, and such hits say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np

from gis.scene.view import Bounds
from gis.search_hit import Hit
from gis.search_tables import CUSTOMER, ID_TABLES, NAMED, SearchTables, text_of
from gis.search_terms import TermFinder, folded, number_slips, terms_of
from network.columns import Bool, Int32, Int64, Ragged
from network.topology import City
from network.units import diameter_text

_MOST_READ = 3_000
"""Texts read for one question before it is given up; each costs some microseconds."""

_FEW = 500
"""Texts that are sooner read than looked up in further postings."""

_ROAD_WORDS = {"rd", "road", "st", "street", "ave", "avenue", "community", "estate", "lu", "jie"}
_ID_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
_NUMBERED = re.compile(r"^(\D*?)(\d+)$")


class _Slips(IntEnum):
    """Where a slip is thought to be, tried in this order."""

    NONE = 0
    UNKNOWN_WORDS = 1
    NUMBERS = 2
    ANYWHERE = 3


@dataclass(frozen=True, eq=False)
class _Wanted:
    """One typed term, and the terms that it may mean.

    Attributes:
        rows: Ranges of terms: first, and one past the last; or an array of them.
        meant: Terms that it may mean (Latin letters and slips); empty where the term itself says it.
        whole: A number that must not go on.
    """

    term: str
    postings: Ragged
    rows: Int32 | tuple[tuple[int, int], ...]
    meant: frozenset[str] = field(default_factory=frozenset)
    whole: bool = False

    @cached_property
    def count(self) -> int:
        """How many texts hold one of the terms, those that hold several counted more than once."""
        offsets = self.postings.offsets
        if isinstance(self.rows, tuple):
            return sum(int(offsets[high] - offsets[low]) for low, high in self.rows)
        return int((offsets[self.rows + 1] - offsets[self.rows]).sum())

    def texts(self) -> Iterator[Int32]:
        """The texts that hold one of the terms, an array at a time."""
        offsets, values = self.postings.offsets, self.postings.values
        if not isinstance(self.rows, tuple):
            yield self.postings.gather(self.rows)
            return
        for low, high in self.rows:
            yield values[offsets[low] : offsets[high]]

    def accepts(self, term: str) -> bool:
        """Whether *term* of a text answers it."""
        if self.meant:
            return term in self.meant
        if self.term[0].isdecimal():
            return term == self.term if self.whole else term.startswith(self.term)
        return self.term in term


class SearchIndex:
    """Answers :meth:`find`."""

    def __init__(self, city: City, tables: SearchTables) -> None:
        self._city = city
        self._tables = tables
        self._finder = TermFinder(tables.terms)

    @cached_property
    def extent(self) -> Bounds:
        """What the city's pipes cover, project CRS; a point at the origin where there is none."""
        xy_m = self._city.shapes.xy_m
        if not len(xy_m):
            return Bounds(0.0, 0.0, 0.0, 0.0)
        return Bounds(*(float(value) for value in (*xy_m.min(axis=0), *xy_m.max(axis=0))))

    def warm_up(self) -> None:
        """Read now what the first question would otherwise stop to read."""
        self._patterns  # noqa: B018  (a cached property is found by being asked for)
        self.extent  # noqa: B018
        self.find("a")

    def find(self, text: str, limit: int = 20) -> tuple[Hit, ...]:
        """Best results first: exact ids, names, ids that begin so, addresses; near misses only where there is nothing.

        An empty question finds nothing.
        """
        wanted = folded(text)
        if not wanted or limit < 1:
            return ()
        typed = " ".join(text.split())
        return self._taken(self._as_typed(typed, wanted, limit), limit) or self._taken(
            self._with_a_slip(wanted, limit), limit
        )

    @staticmethod
    def _taken(found: Iterator[Hit], limit: int) -> tuple[Hit, ...]:
        hits: dict[tuple[str, int, str], Hit] = {}
        for hit in found:
            hits.setdefault((hit.kind, hit.row, hit.id), hit)
            if len(hits) >= limit:
                break
        return tuple(hits.values())

    def _as_typed(self, typed: str, wanted: str, limit: int) -> Iterator[Hit]:
        spellings = list(dict.fromkeys((typed, wanted.upper(), wanted)))
        yield from self._exact_ids(spellings)
        begun = list(self._begun_ids(spellings, limit))
        yield from self._numbered_ids(wanted)
        # What begins an id is no house number after a road's initials.
        as_id = bool(begun) and _is_like_an_id(wanted)
        texts = [] if as_id else self._texts(wanted, limit, _Slips.NONE)
        yield from (self._hit(at) for at in texts if self._tables.kind[at] == NAMED)
        yield from begun
        yield from (self._hit(at) for at in texts if self._tables.kind[at] != NAMED)

    def _with_a_slip(self, wanted: str, limit: int) -> Iterator[Hit]:
        if len(wanted) >= 4 and _is_like_an_id(wanted):
            for hit in self._exact_ids(_id_slips(wanted.upper())):
                yield hit.nearly()
        for slips in (_Slips.UNKNOWN_WORDS, _Slips.NUMBERS, _Slips.ANYWHERE):
            found = self._texts(wanted, limit, slips)
            yield from (self._hit(at).nearly() for at in found)
            if found:
                return

    # Ids

    def _exact_ids(self, spellings: list[str]) -> Iterator[Hit]:
        for kind, ids in zip(ID_TABLES, self._tables.ids, strict=True):
            yield from (self._asset(kind, row) for row in ids.exact(spellings))

    def _begun_ids(self, spellings: list[str], limit: int) -> Iterator[Hit]:
        for kind, ids in zip(ID_TABLES, self._tables.ids, strict=True):
            for spelling in spellings:
                yield from (self._asset(kind, row) for row in ids.beginning(spelling, limit))

    def _numbered_ids(self, wanted: str) -> Iterator[Hit]:
        """Ids said by their number alone: 4406 for V004406."""
        if not wanted.isdecimal():
            return
        for kind, ids, patterns in zip(ID_TABLES, self._tables.ids, self._patterns, strict=True):
            if kind not in {"customer", "junction"}:
                spellings = [start + wanted.zfill(width) for start, width in patterns]
                yield from (self._asset(kind, row) for row in ids.exact(spellings))

    @cached_property
    def _patterns(self) -> tuple[tuple[tuple[str, int], ...], ...]:
        """By table, how its ids begin and how wide their numbers are, from some of them."""
        found = []
        for table in self._tables.ids:
            some = (table.ids[at] for at in range(0, len(table.ids), max(len(table.ids) // 200, 1)))
            matches = (_NUMBERED.match(identity) for identity in some)
            patterns = dict.fromkeys((match[1], len(match[2])) for match in matches if match and match[1])
            found.append(tuple(patterns)[:8])
        return tuple(found)

    # Texts

    def _texts(self, wanted: str, limit: int, slips: _Slips) -> list[int]:
        """Texts that answer, best first."""
        for words in _readings(wanted):
            found = self._answering(words, limit, slips)
            if found:
                return found
        return []

    def _answering(self, words: list[list[str]], limit: int, slips: _Slips) -> list[int]:
        asked = [[self._want(word, at, slips) for at in range(len(word))] for word in words]
        flat = [want for word in asked for want in word]
        if not flat or not all(want.count for want in flat):
            return []
        found: list[tuple[tuple[int, ...], int]] = []
        for at in self._holding_all(flat)[:_MOST_READ].tolist():
            terms = terms_of(self._text(at))
            if all(_follows(terms, word) for word in asked):
                found.append((self._rank(at, terms, asked), at))
                if len(found) >= 8 * limit:
                    break
        return [at for _, at in sorted(found)]

    def _want(self, word: list[str], at: int, slips: _Slips) -> _Wanted:
        """What the term at *at* of a word may mean."""
        term = word[at]
        if term[0].isdecimal():
            # "12" may go on to 120, "12号" may not.
            return self._want_number(term, whole=bool(slips) or at < len(word) - 1, slips=slips)
        terms = self._tables.terms
        rows = self._finder.words(term)
        slipped = slips is _Slips.ANYWHERE or (slips is _Slips.UNKNOWN_WORDS and not len(rows))
        if slipped:
            rows = np.union1d(rows, self._finder.near_words(term)).astype(np.int32)
        meant = frozenset(terms.words[row] for row in rows.tolist()) if slipped or term.isascii() else frozenset()
        return _Wanted(term, terms.word_texts, rows, meant)

    def _want_number(self, digits: str, *, whole: bool, slips: _Slips) -> _Wanted:
        terms = self._tables.terms
        said = self._finder.number_range(digits, whole=whole)
        slipped = number_slips(digits) if slips >= _Slips.NUMBERS and len(digits) > 1 else []
        ranges = (said, *(self._finder.number_range(slip, whole=True) for slip in slipped))
        meant = frozenset((digits, *slipped)) if slipped else frozenset()
        return _Wanted(digits, terms.number_texts, tuple(pair for pair in ranges if pair[1] > pair[0]), meant, whole)

    def _holding_all(self, wants: list[_Wanted]) -> Int64:
        """Texts that hold a term for each of *wants*, ascending; where few are left the rest is not asked."""
        held: Bool | None = None
        for want in sorted(wants, key=lambda want: want.count):
            now = np.zeros(len(self._tables.kind), dtype=np.bool_)
            for texts in want.texts():
                now[texts if held is None else texts[held[texts]]] = True
            held = now
            if want.count <= _FEW:
                break
        assert held is not None
        found: Int64 = np.flatnonzero(held)
        return found

    def _rank(self, at: int, terms: list[str], asked: list[list[_Wanted]]) -> tuple[int, ...]:
        """How well a text answers, smallest best: exactly, from its beginning, exact numbers, then by importance."""
        typed = [want.term for word in asked for want in word]
        firsts = asked[0][0]
        exact = terms == typed
        begins = bool(terms) and (terms[0] == firsts.term or terms[0].startswith(firsts.term))
        numbers = sum(term.isdecimal() and term not in terms for term in typed)
        return (not exact, numbers, not begins, at)

    def _text(self, at: int) -> str:
        tables = self._tables
        return folded(text_of(tables.names, self._city, int(tables.kind[at]), int(tables.row[at])))

    # Results

    def _hit(self, at: int) -> Hit:
        code, row = int(self._tables.kind[at]), int(self._tables.row[at])
        if code != NAMED:
            return self._asset("customer" if code == CUSTOMER else "valve", row)
        names = self._tables.names
        place = float(names.x_m[row]), float(names.y_m[row])
        return Hit(names.kind[row], int(names.row[row]), names.id[row], names.name[row], "", *place)

    def _asset(self, kind: str, row: int) -> Hit:
        city, network = self._city, self._city.network
        label, detail = "", ""
        match kind:
            case "pipe":
                identity, dn_mm = network.pipes.ids[row], int(network.pipes.dn_mm[row])
                size = diameter_text(dn_mm, outside=bool(network.pipes.outside[row]))
                detail = f"{size} {network.pipes.material[row]}".strip()
                offsets = city.shapes.offsets
                x_m, y_m = city.shapes.xy_m[int(offsets[row] + offsets[row + 1]) // 2]
            case "valve":
                devices = network.devices
                identity, x_m, y_m = devices.ids[row], devices.x_m[row], devices.y_m[row]
                dn_mm, where = int(devices.dn_mm[row]), devices.landmark[row] or devices.chamber[row]
                detail = " ".join(part for part in (diameter_text(dn_mm, outside=False), where) if part)
            case "customer":
                customers = city.customers
                identity, x_m, y_m = customers.ids[row], customers.x_m[row], customers.y_m[row]
                label, detail = customers.name[row], customers.address[row]
            case "junction":
                identity, x_m, y_m = network.nodes.ids[row], network.nodes.x_m[row], network.nodes.y_m[row]
            case "source":
                identity, x_m, y_m = network.sources.ids[row], network.sources.x_m[row], network.sources.y_m[row]
            case _:
                table = city.hydrants if kind == "hydrant" else city.stations
                identity, x_m, y_m, label = table.ids[row], table.x_m[row], table.y_m[row], table.name[row]
        return Hit(kind, row, identity, label or identity, detail, float(x_m), float(y_m))


def _is_like_an_id(wanted: str) -> bool:
    """ASCII without a space, with a digit or a sign in it."""
    return wanted.isascii() and " " not in wanted and not wanted.isalpha()


def _readings(wanted: str) -> Iterator[list[list[str]]]:
    """Ways to read what was typed: as it stands, then Latin words as one word of pinyin, without "Road"."""
    words = wanted.replace("'", "").replace(".", " ").split(" ")
    first = [terms for word in words if (terms := terms_of(word))]
    yield first
    latin = [word for word in words if word.isascii() and word.isalpha()]
    said = "".join(word for word in latin if word not in _ROAD_WORDS)
    others = [terms for word in words if word not in latin and (terms := terms_of(word))]
    if said and [[said], *others] != first:
        yield [[said], *others]


def _follows(terms: list[str], word: list[_Wanted]) -> bool:
    """Whether the terms of *word* stand in *terms* one after the other."""
    return any(
        all(want.accepts(terms[start + at]) for at, want in enumerate(word))
        for start in range(len(terms) - len(word) + 1)
    )


def _id_slips(identity: str) -> list[str]:
    """Ids one slip away: neighbours exchanged, one sign changed, lost or put in."""
    places = range(len(identity))
    swaps = [identity[:at] + identity[at + 1] + identity[at] + identity[at + 2 :] for at in places[:-1]]
    changed = [identity[:at] + sign + identity[at + 1 :] for at in places for sign in _ID_SIGNS]
    lost = [identity[:at] + identity[at + 1 :] for at in places]
    more = [identity[:at] + sign + identity[at:] for at in range(len(identity) + 1) for sign in _ID_SIGNS]
    return list(dict.fromkeys((*swaps, *changed, *lost, *more)))
