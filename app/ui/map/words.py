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
    restorable: str
    water_path: str
    to_close: str
    verify: str
    dead_side: str
    drain_back: str
    held_by: str
    stuck: str
    passing: str
    unknown: str
    assumed: str
    disputed: str
    closed: str
    open: str
    critical: str
    newly_low: str
    turns_round: str
    customers_out: str
    valves: str
    hydrants: str
    stations: str
    customers: str
    and_others: str
    gathered: str
    veiled: str
    minutes_to_crew: str
    near_limit: str
    beyond_limit: str
    stop_source: str
    synthetic: str
    assumed_valves: str
    north: str
    legend: str

    @classmethod
    def current(cls) -> MapWords:
        """The words in the language whose translator is installed."""
        return cls(
            isolated=QCoreApplication.translate("MapWords", "isolated"),
            unintended=QCoreApplication.translate("MapWords", "unintended"),
            on_storage=QCoreApplication.translate("MapWords", "on storage"),
            restorable=QCoreApplication.translate("MapWords", "brought back"),
            water_path=QCoreApplication.translate("MapWords", "way of the water"),
            to_close=QCoreApplication.translate("MapWords", "close, in order"),
            verify=QCoreApplication.translate("MapWords", "verify closed"),
            dead_side=QCoreApplication.translate("MapWords", "dead side"),
            drain_back=QCoreApplication.translate("MapWords", "close against backflow"),
            held_by=QCoreApplication.translate("MapWords", "held by check valve"),
            stuck=QCoreApplication.translate("MapWords", "stuck"),
            passing=QCoreApplication.translate("MapWords", "passing"),
            unknown=QCoreApplication.translate("MapWords", "condition unknown"),
            assumed=QCoreApplication.translate("MapWords", "assumed valve"),
            disputed=QCoreApplication.translate("MapWords", "disputed"),
            closed=QCoreApplication.translate("MapWords", "closed valve"),
            open=QCoreApplication.translate("MapWords", "open valve"),
            critical=QCoreApplication.translate("MapWords", "critical customer"),
            newly_low=QCoreApplication.translate("MapWords", "newly low pressure"),
            turns_round=QCoreApplication.translate("MapWords", "flow turns round"),
            customers_out=QCoreApplication.translate("MapWords", "customers out"),
            valves=QCoreApplication.translate("MapWords", "valves"),
            hydrants=QCoreApplication.translate("MapWords", "hydrants"),
            stations=QCoreApplication.translate("MapWords", "pump stations"),
            customers=QCoreApplication.translate("MapWords", "customers"),
            and_others=QCoreApplication.translate("MapWords", ", "),
            gathered=QCoreApplication.translate("MapWords", "{things}: larger where there are more"),
            veiled=QCoreApplication.translate("MapWords", "{things}: denser where there are more"),
            minutes_to_crew=QCoreApplication.translate("MapWords", "minutes until a crew is there"),
            near_limit=QCoreApplication.translate("MapWords", "in the last third of {minutes} min"),
            beyond_limit=QCoreApplication.translate("MapWords", "later than {minutes} min"),
            stop_source=QCoreApplication.translate("MapWords", "stop this source"),
            synthetic=QCoreApplication.translate("MapWords", "Synthetic city"),
            assumed_valves=QCoreApplication.translate("MapWords", "Valves assumed by rule"),
            north=QCoreApplication.translate("MapWords", "N"),
            legend=QCoreApplication.translate("MapWords", "Legend"),
        )
