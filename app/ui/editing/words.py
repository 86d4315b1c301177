"""Sentences about edits: fields, values, what an edit does, what a proposal says, what a mend is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.edit_requests import (
    EditEntry,
    EditPreviewed,
    FieldValue,
    FieldView,
    NotDecided,
    ProposalView,
    SegmentView,
    Told,
    ValveSeen,
)
from app.messages import Words, formats
from app.requests import Failed
from gis.mending.records import Mend, Stays

_VALUE_SECTIONS = {
    "normal": "position",
    "current": "position",
    "condition": "condition",
    "flow": "direction",
    "dn_basis": "diameter_basis",
    "material": "material",
    "category": "category",
}
_TINY = 1e-3
_TURNINGS = {"cw": "clockwise", "ccw": "counterclockwise"}
_KINDS = {"valve": "device_kind", "source": "source_kind", "pump": "pump_kind"}


def field_name(words: Words, name: str) -> str:
    """What a field is called on a form, without its unit."""
    return words.name("field", name)


def value_text(words: Words, layer: str, name: str, value: FieldValue) -> str:
    """A value as it is read: words for codes, a dash for what is not recorded."""
    if value is None or value == "":
        return formats.NO_VALUE
    if isinstance(value, bool):
        return words.say("editing", "yes" if value else "no")
    if isinstance(value, (int, float)):
        if name == "year":
            return f"{value:.0f}"
        return formats.number(value, 0 if float(value).is_integer() else 2)
    if name == "closes":
        return words.name("turning", _TURNINGS.get(value, value))
    section = _KINDS.get(layer) if name == "kind" else _VALUE_SECTIONS.get(name)
    return words.name(section, value) if section else value


def limits_text(view: FieldView) -> str:
    """Lowest and highest believable number, "" without limits."""
    if view.low is None or view.high is None:
        return ""
    lowest = "0" if 0.0 < view.low < _TINY else plain_number(view.low)
    return f"{lowest} – {plain_number(view.high)}"


def plain_number(value: float) -> str:
    """A number as it is read: thousands apart, a true minus, no more decimals than it has."""
    return formats.number(value, 0 if float(value).is_integer() else 2).replace("-", "−")


def joined(words: Words, parts: Sequence[str]) -> str:
    """*parts* in a row, the last one by "and"."""
    if len(parts) < 2:
        return "".join(parts)
    return words.say("editing", "and").join(parts[:-1]) + words.say("editing", "and_last") + parts[-1]


def refusal(words: Words, code: str, detail: object) -> str:
    """Why an edit cannot be made, with names of layers and fields in words."""
    said = dict(detail) if isinstance(detail, dict) else {}
    if "layer" in said:
        said["layer"] = words.name("layer", str(said["layer"]))
    if "field" in said:
        name = str(said["field"])
        if isinstance(said.get("value"), str):
            said["value"] = _read(words, name, str(said["value"]))
        for limit in ("low", "high"):
            if limit in said:
                said[limit] = _read(words, name, str(said[limit]))
        said["field"] = words.name("column", name) if name.startswith("@") else field_name(words, name)
    return words.refusal(code, said)


def _read(words: Words, name: str, text: str) -> str:
    """A value of a refusal: numbers come as texts there."""
    try:
        number = float(text)
    except ValueError:
        return value_text(words, "", name, text)
    return plain_number(number) if math.isfinite(number) else text


def failed_text(words: Words, failed: Failed | NotDecided) -> str:
    """Why it cannot be made."""
    return refusal(words, failed.code, dict(failed.detail))


def thing_text(words: Words, layer: str, name: str) -> str:
    """Layer and id."""
    return words.say("editing", "thing", {"layer": words.name("layer", layer), "id": name})


def segment_text(words: Words, segment: SegmentView) -> str:
    """One segment: mains, length, customers out while it is shut off."""
    said = {"pipes": segment.pipes, "length_m": segment.length_m, "out": segment.out}
    return words.say("editing", "segment" if segment.feasible else "segment_open", said)


def effect_lines(words: Words, shown: EditPreviewed) -> list[str]:
    """What an edit does to segments and customers, the main thing first."""
    before, after = shown.segments_before, shown.segments_after
    lines = []
    was, now = shown.components
    if was != now:
        lines.append(words.say("editing", "parts", {"before": was, "after": now}))
    if not shown.settled:
        lines.append(words.say("editing", "not_settled"))
    elif before and after:
        lines.append(_becoming(words, before, after))
        lines += _leak(words, before, after)
    elif after:
        lines.append(words.say("editing", "segments_new", {"pipes": _listed(words, after)}))
    elif before:
        lines.append(words.say("editing", "segments_gone", {"pipes": _listed(words, before)}))
    elif shown.settled:
        lines.append(words.say("editing", "segments_same"))
    if shown.naming:
        lines.append(words.say("editing", "naming", {"count": shown.naming}))
    return lines


def _becoming(words: Words, before: tuple[SegmentView, ...], after: tuple[SegmentView, ...]) -> str:
    said = {"before": _listed(words, before), "after": _listed(words, after)}
    code = "becomes" if len(before) == 1 else "become"
    return words.say("editing", code, said)


def _listed(words: Words, segments: tuple[SegmentView, ...]) -> str:
    return joined(words, [formats.number(one.pipes) for one in segments])


def _leak(words: Words, before: tuple[SegmentView, ...], after: tuple[SegmentView, ...]) -> list[str]:
    """How many lose water for a leak here, at the worst before and at the worst after."""
    was, now = max(one.out for one in before), max(one.out for one in after)
    if was == now:
        return [words.say("editing", "leak_same", {"before": was})]
    return [words.say("editing", "leak_fewer" if now < was else "leak_more", {"before": was, "after": now})]


def difference_lines(words: Words, before: Told | None, after: Told | None) -> list[str]:
    """What becomes of one feature, field by field."""
    if after is None:
        assert before is not None
        return [words.say("editing", "deleted", {"thing": thing_text(words, before.layer, before.id)})]
    name = thing_text(words, after.layer, after.id)
    if before is None:
        return [words.say("editing", "added", {"thing": name})]
    names = [
        field
        for field in dict.fromkeys([*before.fields, *after.fields])
        if before.fields.get(field) != after.fields.get(field)
    ]
    lines = [
        words.say(
            "editing",
            "field",
            {
                "thing": name,
                "field": field_name(words, field),
                "before": value_text(words, after.layer, field, before.fields.get(field)),
                "after": value_text(words, after.layer, field, after.fields.get(field)),
            },
        )
        for field in names
    ]
    if before.xy_m != after.xy_m:
        lines.append(words.say("editing", "moved", {"thing": name}))
    return lines


def preview_lines(words: Words, shown: EditPreviewed, most: int = 8) -> list[str]:
    """What becomes of the features that an edit touches; the rest of many is counted."""
    after = {(one.layer, one.id): one for one in shown.after}
    before = {(one.layer, one.id): one for one in shown.before}
    keys = dict.fromkeys([*before, *after])
    lines = [line for key in keys for line in difference_lines(words, before.get(key), after.get(key))]
    if len(lines) <= most:
        return lines
    return [*lines[:most], words.say("editing", "more", {"count": len(lines) - most})]


def observed_line(words: Words, seen: ValveSeen) -> str:
    """What somebody saw of a valve."""
    said = [(seen.position, "position"), (seen.condition, "condition")]
    state = words.say("editing", "and").join(words.name(section, word) for word, section in said if word)
    return words.say("edit", "observed", {"id": seen.valve, "state": state})


def proposal_lines(words: Words, proposal: ProposalView) -> list[str]:
    """What a proposal says."""
    lines = [line for one in proposal.changes for line in _proposed(words, one.before, one.after)]
    if proposal.observed is not None:
        lines.append(observed_line(words, proposal.observed))
    return lines


def _proposed(words: Words, before: Told | None, after: Told | None) -> list[str]:
    if before is None and after is None:
        return [words.say("editing", "gone")]
    return difference_lines(words, before, after) or [words.say("editing", "nothing")]


def entry_text(words: Words, entry: EditEntry) -> str:
    """What an edit of the list did."""
    name = thing_text(words, entry.layer, entry.id)
    more = {"more": entry.changes - 1} if entry.changes > 1 else {}
    if entry.what != "set":
        return words.say("editing", "entry_added" if entry.what == "add" else "entry_deleted", {"thing": name, **more})
    fields = [words.name("column", one) if one.startswith("@") else field_name(words, one) for one in entry.fields]
    return words.say(
        "editing", "entry_set", {"thing": name, "fields": words.say("editing", "and").join(fields), **more}
    )


def fault_name(words: Words, fault: str) -> str:
    """What kind of fault a mend mends."""
    return words.say("mending", "island") if fault == "island" else words.say("fault_name", fault)


def mend_text(words: Words, mend: Mend) -> str:
    """What a mend does."""
    said = {"layer": words.name("layer", mend.layer), "feature": mend.feature, "other": mend.other}
    return words.say("mending", mend.kind, {**said, "distance_m": mend.distance_m})


def stays_text(words: Words, left: Stays) -> str:
    """Why something stays as it is."""
    said: dict[str, str | int | float] = {"layer": words.name("layer", left.layer), "feature": left.feature}
    said |= {"pipes": left.pipes, "length_m": left.length_m, "other": left.other, "distance_m": left.distance_m}
    return words.say("mending", f"stays_{left.why}", said)
