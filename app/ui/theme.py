"""Colours and sizes of the console in its three themes. No widget is touched here: see app.ui.style for that.

Grey is normal; hue means abnormal; inverse video means "do this now"; blue means focus, selection, now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Theme:
    """One theme's colours, each ``#RRGGBB``.

    Attributes:
        bg0, bg1, bg2, bg3: Window and field, panel, button, selected row.
        line, line2: Hairlines, and the stronger ones round fields and buttons.
        t1, t2, t3: Text, from the strongest to the faintest that is allowed.
        acc: Focus, selection, now.
        red, red_text, red_on: Fill, text on panels, text on the fill; amber likewise.
        leak: The leak and what is isolated. unintended: cut off only because another part was shut; also disputed.
        low, on_storage, restorable: States of supply.
        action, action_on: Inverse video and what is written on it.
        map_ground, map_road, map_minor_road, map_building, map_water, map_green: Ground of the map.
        map_pipe: Mains in their normal state. map_label, map_halo: Names on the map and what they stand out from.
        ramp_pressure: Mains by pressure, the highest first: even steps of lightness in grey-blue; the last, lowest
            one alone is amber. ramp_size: Mains by diameter, the smallest first, in the same grey-blue.
        ramp_kinds: Mains by kind (material, area): colours that any eye tells apart, none near the leak's.
        ramp_loss: Mains by what is lost with them, the least first: even steps of lightness in a muted brown, which no
            state of supply has; told apart without any sense of hue.
        pipe_scale: Factor on the widths of mains.
    """

    name: str
    dark: bool
    bg0: str
    bg1: str
    bg2: str
    bg3: str
    line: str
    line2: str
    t1: str
    t2: str
    t3: str
    acc: str
    red: str
    red_text: str
    red_on: str
    amber: str
    amber_text: str
    amber_on: str
    leak: str
    unintended: str
    low: str
    on_storage: str
    restorable: str
    action: str
    action_on: str
    map_ground: str
    map_road: str
    map_minor_road: str
    map_building: str
    map_water: str
    map_green: str
    map_pipe: str
    map_label: str
    map_halo: str
    ramp_loss: tuple[str, ...]
    ramp_pressure: tuple[str, ...]
    ramp_size: tuple[str, ...]
    ramp_kinds: tuple[str, ...]
    pipe_scale: float = 1.0


DARK: Final = Theme(
    name="dark",
    dark=True,
    bg0="#17191B",
    bg1="#202326",
    bg2="#282C30",
    bg3="#2D3741",
    line="#33383D",
    line2="#4A5157",
    t1="#E8EAEC",
    t2="#B1B8BE",
    t3="#9AA2A9",
    acc="#7CC0F4",
    red="#FF5247",
    red_text="#FF7A70",
    red_on="#1A0503",
    amber="#F2B53C",
    amber_text="#F2B53C",
    amber_on="#1E1400",
    leak="#FF6B4A",
    unintended="#C583EE",
    low="#E8B93C",
    on_storage="#35C4A5",
    restorable="#A8E4FF",
    action="#F4F6F7",
    action_on="#15181A",
    map_ground="#1A1C1E",
    map_road="#2D3135",
    map_minor_road="#292C30",
    map_building="#24282B",
    map_water="#1C2C38",
    map_green="#1D2521",
    map_pipe="#6C757D",
    map_label="#9AA2A9",
    map_halo="#1A1C1E",
    ramp_pressure=("#476176", "#637E94", "#819CB3", "#9FBBD2", "#BFDBF3", "#E8B93C"),
    ramp_size=("#476176", "#637E94", "#819CB3", "#9FBBD2", "#BFDBF3"),
    ramp_kinds=("#85F1C6", "#F2CF7A", "#C2D1FB", "#4A9580", "#8975BB", "#9F7736"),
    ramp_loss=("#846758", "#AE8064", "#D29E71", "#EDC087", "#FDE6AF"),
)

LIGHT: Final = Theme(
    name="light",
    dark=False,
    bg0="#DFE2E4",
    bg1="#F5F6F7",
    bg2="#E9ECEE",
    bg3="#D5E3EF",
    line="#CDD2D6",
    line2="#98A0A7",
    t1="#16191B",
    t2="#434A50",
    t3="#5B636A",
    acc="#0B62A8",
    red="#C4161C",
    red_text="#C4161C",
    red_on="#FFFFFF",
    amber="#F0AE2E",
    amber_text="#744600",
    amber_on="#1E1400",
    leak="#CC3810",
    unintended="#7A22A6",
    low="#855B00",
    on_storage="#00715A",
    restorable="#00789E",
    action="#15181A",
    action_on="#F4F6F7",
    map_ground="#E4E6E8",
    map_road="#FBFBFC",
    map_minor_road="#EFF0F2",
    map_building="#DADDE0",
    map_water="#C5D6E2",
    map_green="#D5E0D6",
    map_pipe="#7A838B",
    map_label="#5B636A",
    map_halo="#E4E6E8",
    ramp_pressure=("#98B3CF", "#7B96B1", "#5F7A93", "#445F77", "#29455C", "#855B00"),
    ramp_size=("#98B3CF", "#7B96B1", "#5F7A93", "#445F77", "#29455C"),
    ramp_kinds=("#B99545", "#9D8EE3", "#03AA99", "#4C4B92", "#861D49", "#544101"),
    ramp_loss=("#C5A67D", "#AE8157", "#925F3A", "#704028", "#4C2618"),
)

SUN: Final = Theme(
    name="sun",
    dark=False,
    bg0="#FFFFFF",
    bg1="#FFFFFF",
    bg2="#EFEFED",
    bg3="#CFE3F5",
    line="#8C9297",
    line2="#30363A",
    t1="#000000",
    t2="#1E2326",
    t3="#33393E",
    acc="#00508F",
    red="#B00010",
    red_text="#B00010",
    red_on="#FFFFFF",
    amber="#FFC233",
    amber_text="#663800",
    amber_on="#1E1400",
    leak="#C02400",
    unintended="#6B1296",
    low="#7A4E00",
    on_storage="#005A46",
    restorable="#006A8A",
    action="#000000",
    action_on="#FFFFFF",
    map_ground="#F2F2F0",
    map_road="#FFFFFF",
    map_minor_road="#FBFBFB",
    map_building="#DEDFDD",
    map_water="#CFDAE2",
    map_green="#CFE0CF",
    map_pipe="#4A535A",
    map_label="#33393E",
    map_halo="#FFFFFF",
    ramp_pressure=("#88A3BE", "#6B859F", "#4E6881", "#314D64", "#153349", "#7A4E00"),
    ramp_size=("#88A3BE", "#6B859F", "#4E6881", "#314D64", "#153349"),
    ramp_kinds=("#5B8E97", "#9E813D", "#846ABD", "#731B42", "#493404", "#292D74"),
    ramp_loss=("#C09A65", "#A37344", "#834F29", "#5E3019", "#361709"),
    pipe_scale=1.4,
)

THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT, SUN)}
"""Themes by the name that settings and the command line use."""
