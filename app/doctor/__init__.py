"""Looks at the machine and says what is missing and how to mend it (``sluice doctor``).

Everything that may be missing is tried in a child process, so the doctor itself needs nothing but Python: it can report
that a library does not load because it never loads one.
"""

from app.doctor.checks import examine
from app.doctor.findings import Finding, Status
from app.doctor.report import as_json, as_text, healthy

__all__ = ["Finding", "Status", "as_json", "as_text", "examine", "healthy"]
