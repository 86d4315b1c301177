"""The few words that stand on the map itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True)
class MapWords:
    """Words of the map in one language."""

    isolated: str
    unintended: str
    on_storage: str
    water_path: str
    to_close: str
    verify: str
    stuck: str
    passing: str
    unknown: str
    disputed: str
    closed: str
    open: str
    hydrant: str
    check: str
    critical: str
    customers_out: str
    leak: str
    stop_source: str
    synthetic: str
    assumed_valves: str
    north: str

    @classmethod
    def current(cls) -> MapWords:
        """The words in the language whose translator is installed."""
        words = QCoreApplication.translate
        return cls(
            isolated=words("MapWords", "isolated"),
            unintended=words("MapWords", "unintended"),
            on_storage=words("MapWords", "on storage"),
            water_path=words("MapWords", "way of the water"),
            to_close=words("MapWords", "close, in order"),
            verify=words("MapWords", "verify closed"),
            stuck=words("MapWords", "stuck"),
            passing=words("MapWords", "passing"),
            unknown=words("MapWords", "condition unknown"),
            disputed=words("MapWords", "disputed"),
            closed=words("MapWords", "closed valve"),
            open=words("MapWords", "open valve"),
            hydrant=words("MapWords", "hydrant"),
            check=words("MapWords", "check valve"),
            critical=words("MapWords", "critical customer"),
            customers_out=words("MapWords", "customers out"),
            leak=words("MapWords", "target"),
            stop_source=words("MapWords", "stop this source"),
            synthetic=words("MapWords", "Synthetic city"),
            assumed_valves=words("MapWords", "Valves assumed by rule"),
            north=words("MapWords", "N"),
        )
