"""What EPANET says of a network, read from its report and its complaints: codes in place of its sentences."""

from __future__ import annotations

import re

from network.errors import NetworkError
from network.hydraulic_records import HydraulicWarning

# What EPANET's report says of each warning.
_WARNINGS = (
    (re.compile(r"WARNING: System unbalanced"), HydraulicWarning.UNBALANCED),
    (re.compile(r"WARNING: Maximum trials exceeded"), HydraulicWarning.UNSTABLE),
    (re.compile(r"WARNING: .*disconnected"), HydraulicWarning.DISCONNECTED),
    (re.compile(r"WARNING: Pump"), HydraulicWarning.PUMPS),
    (re.compile(r"WARNING: \w\w\w .*(?:cannot deliver|open but)"), HydraulicWarning.VALVES),
    (re.compile(r"WARNING: Negative pressures"), HydraulicWarning.NEGATIVE),
)
_ERROR = re.compile(r"Error (\d+): ([^\n]*)(?:\n([^\n]+))?")
_SUMMARY = 200  # "one or more errors in input file" follows the errors themselves


def warnings_in(told: str) -> tuple[HydraulicWarning, ...]:
    """The warnings that a report *told*, each once."""
    return tuple(code for words, code in _WARNINGS if words.search(told))


def refusal(refused: Exception, report: str, text: str) -> NetworkError:
    """EPANET's complaint as a coded fault that names the first faulty line."""
    complaints = [found for found in _ERROR.findall(report) if int(found[0]) != _SUMMARY]
    number, why, line = complaints[0] if complaints else (number_of(refused), str(refused), "")
    faulty = line.strip()
    where = _line_number(text, faulty)
    return NetworkError("inp_broken", error=int(number), why=why.strip(), line=where, text=faulty)


def _line_number(text: str, wanted: str) -> int:
    lines = (number for number, line in enumerate(text.splitlines(), 1) if wanted and line.strip() == wanted)
    return next(lines, 0)


def number_of(complaint: Exception) -> int:
    """EPANET's number of an error, from the text that is all the toolkit gives."""
    found = re.match(r"Error (\d+)", str(complaint))
    return int(found[1]) if found else 0
