"""The doctor's findings as text for a person and as JSON for a script."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.doctor.findings import Finding, Status
from app.messages import Words

SIGNS = {Status.OK: "✓", Status.WARN: "!", Status.BAD: "✗"}


def healthy(findings: Sequence[Finding]) -> bool:
    """Whether the console can do its work on this machine."""
    return all(finding.status is not Status.BAD for finding in findings)


def as_text(findings: Sequence[Finding], words: Words, system: str) -> str:
    """One line for each finding, and below it how to mend what is not well."""
    lines: list[str] = []
    for finding in findings:
        name = words.say("doctor_check", finding.check)
        lines.append(f"{SIGNS[finding.status]} {name}: {words.say('doctor', finding.code, finding.detail)}")
        lines.extend(f"    → {line}" for line in mend(finding, words, system).splitlines())
    verdict = "healthy" if healthy(findings) else "not_healthy"
    return "\n".join([*lines, "", words.say("doctor", verdict)])


def as_json(findings: Sequence[Finding], words: Words, system: str) -> str:
    """The findings with their words, as one JSON object."""
    rows = [
        {
            "check": finding.check,
            "status": finding.status.value,
            "code": finding.code,
            "detail": dict(finding.detail),
            "text": words.say("doctor", finding.code, finding.detail),
            "mend": mend(finding, words, system) or None,
        }
        for finding in findings
    ]
    answer = {"healthy": healthy(findings), "system": system, "findings": rows}
    return json.dumps(answer, ensure_ascii=False, indent=2)


def mend(finding: Finding, words: Words, system: str) -> str:
    """How to mend *finding* on this *system*; "" where nothing is to be mended."""
    if finding.status is Status.OK:
        return ""
    special = f"{finding.code}_{system}"
    return words.say("mend", special if words.has("mend", special) else finding.code, finding.detail)
