"""Texts from elsewhere that were made to do harm, or harmed on their way."""

from __future__ import annotations

import re

from hypothesis import strategies as st

NASTY = (
    b"[" * 100_000, b'{"a":' * 50_000, b"a = " + b"[" * 20_000, b"9" * 5_000, b"1e999", b"-1e999", b"NaN", b"Infinity",
    b"null", b"true", b'""', b"[]", b"{}", b"\0", b"\xff\xfe", b"\r", b'"' * 3, b'"' + b"x" * 200_000, b"," * 10_000,
    b"=cmd|' /C calc'!A0", b"../../etc/passwd", b"'; DROP TABLE event; --", b"\xf0\x9f\x92\xa7", "\u202e".encode(),
    b"\xed\xa0\x80", b"[a]\n[a]\n", b"-0", b"0x7fffffffffffffffff", b"1979-05-27T00:32:00.999999-07:00",
)  # fmt: skip
TOKEN = re.compile(rb'"[^"\n]*"|-?\d[\d.:T+-]*|[\w.]+|[\[\]{}=,:]')


@st.composite
def harmed(draw: st.DrawFn, sound: bytes) -> bytes:
    """A text that was cut, repeated, mixed, or has something nasty in the place of one of its words."""
    text = sound
    for _ in range(draw(st.integers(1, 3))):
        places = [match.span() for match in TOKEN.finditer(text[:20_000])] or [(0, 0)]
        start, end = draw(st.sampled_from(places))
        other_start, other_end = draw(st.sampled_from(places))
        match draw(st.sampled_from(("nasty", "any", "cut", "other", "twice"))):
            case "nasty":
                text = text[:start] + draw(st.sampled_from(NASTY)) + text[end:]
            case "any":
                text = text[:start] + draw(st.binary(max_size=20)) + text[end:]
            case "cut":
                text = text[:start]
            case "other":
                text = text[:start] + text[other_start:other_end] + text[end:]
            case "twice":
                text = text[:end] + text[min(start, other_start) :]
    return text
