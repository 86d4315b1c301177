"""The words that stand on a printed map, taken once in the window's thread: a job paints them in another."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gis.scene.scene import DnClass


@dataclass(frozen=True)
class PaperWords:
    """Words of one language; braces are filled when they are painted."""

    synthetic: str
    journal: str
    crs: str
    city: str
    printed: str
    scale: str
    page: str
    legend: str
    overview: str
    computed: str
    from_record: str
    mains: tuple[str, ...]
    hydrant: str
    plant: str
    tank: str
    station: str
    tank_station: str
    sensor: str
    customer: str
    dma: str
    zone: str
    check_valve: str
    regulating: str
    pump: str

    def main(self, dn_class: DnClass) -> str:
        """The name of a class of mains."""
        return self.mains[dn_class]

    @classmethod
    def current(cls) -> PaperWords:
        """The words in the language whose translator is installed."""
        return cls(
            synthetic=QCoreApplication.translate("PaperWords", "Synthetic city, not a real network."),
            journal=QCoreApplication.translate("PaperWords", "Journal #{count}"),
            crs=QCoreApplication.translate("PaperWords", "Coordinates"),
            city=QCoreApplication.translate("PaperWords", "City"),
            printed=QCoreApplication.translate("PaperWords", "Printed"),
            scale=QCoreApplication.translate("PaperWords", "Scale"),
            page=QCoreApplication.translate("PaperWords", "Page {page} / {pages}"),
            legend=QCoreApplication.translate("PaperWords", "Legend"),
            overview=QCoreApplication.translate("PaperWords", "Overview of sheets"),
            computed=QCoreApplication.translate("PaperWords", "Computed. Verify before closing."),
            from_record=QCoreApplication.translate("PaperWords", "Data"),
            mains=(
                QCoreApplication.translate("PaperWords", "main DN ≥ 800"),
                QCoreApplication.translate("PaperWords", "main DN 400–799"),
                QCoreApplication.translate("PaperWords", "main DN 200–399"),
                QCoreApplication.translate("PaperWords", "main DN 150–199"),
                QCoreApplication.translate("PaperWords", "main DN < 150"),
                QCoreApplication.translate("PaperWords", "main, diameter unknown"),
            ),
            hydrant=QCoreApplication.translate("PaperWords", "hydrant"),
            plant=QCoreApplication.translate("PaperWords", "plant, reservoir"),
            tank=QCoreApplication.translate("PaperWords", "tank"),
            station=QCoreApplication.translate("PaperWords", "secondary pump station"),
            tank_station=QCoreApplication.translate("PaperWords", "pump station with tank"),
            sensor=QCoreApplication.translate("PaperWords", "sensor"),
            customer=QCoreApplication.translate("PaperWords", "customer"),
            dma=QCoreApplication.translate("PaperWords", "DMA border"),
            zone=QCoreApplication.translate("PaperWords", "pressure zone border"),
            check_valve=QCoreApplication.translate("PaperWords", "check valve"),
            regulating=QCoreApplication.translate("PaperWords", "control valve"),
            pump=QCoreApplication.translate("PaperWords", "pump"),
        )
