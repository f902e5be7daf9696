"""What provinces are called. An office names them by ids; one that stands not here is read as its id.

The Khmer is written by people of the project, for review by a native speaker.
"""

from __future__ import annotations

from engine.core.model import Text
from web.titles import pick
from web.words.catalog import N_, say

_TITLES: dict[str, Text] = {
    "banteay_meanchey": {"en": "Banteay Meanchey", "km": "បន្ទាយមានជ័យ"},
    "battambang": {"en": "Battambang", "km": "បាត់ដំបង"},
    "kampong_cham": {"en": "Kampong Cham", "km": "កំពង់ចាម"},
    "kampong_chhnang": {"en": "Kampong Chhnang", "km": "កំពង់ឆ្នាំង"},
    "kampong_speu": {"en": "Kampong Speu", "km": "កំពង់ស្ពឺ"},
    "kampong_thom": {"en": "Kampong Thom", "km": "កំពង់ធំ"},
    "kampot": {"en": "Kampot", "km": "កំពត"},
    "kandal": {"en": "Kandal", "km": "កណ្តាល"},
    "kep": {"en": "Kep", "km": "កែប"},
    "koh_kong": {"en": "Koh Kong", "km": "កោះកុង"},
    "kratie": {"en": "Kratie", "km": "ក្រចេះ"},
    "mondulkiri": {"en": "Mondulkiri", "km": "មណ្ឌលគិរី"},
    "oddar_meanchey": {"en": "Oddar Meanchey", "km": "ឧត្តរមានជ័យ"},
    "pailin": {"en": "Pailin", "km": "ប៉ៃលិន"},
    "phnom_penh": {"en": "Phnom Penh", "km": "ភ្នំពេញ"},
    "preah_sihanouk": {"en": "Preah Sihanouk", "km": "ព្រះសីហនុ"},
    "preah_vihear": {"en": "Preah Vihear", "km": "ព្រះវិហារ"},
    "prey_veng": {"en": "Prey Veng", "km": "ព្រៃវែង"},
    "pursat": {"en": "Pursat", "km": "ពោធិ៍សាត់"},
    "ratanakiri": {"en": "Ratanakiri", "km": "រតនគិរី"},
    "siem_reap": {"en": "Siem Reap", "km": "សៀមរាប"},
    "stung_treng": {"en": "Stung Treng", "km": "ស្ទឹងត្រែង"},
    "svay_rieng": {"en": "Svay Rieng", "km": "ស្វាយរៀង"},
    "takeo": {"en": "Takeo", "km": "តាកែវ"},
    "tboung_khmum": {"en": "Tboung Khmum", "km": "ត្បូងឃ្មុំ"},
    # The invented ones of the examples.
    "north": {"en": "North", "km": "ខេត្តជើង"},
    "river": {"en": "River", "km": "ខេត្តទន្លេ"},
}


def province(id_: str, language: str) -> str:
    """Return what a province is called; the empty id stands for none."""
    return pick(_TITLES.get(id_, {}), language, id_) if id_ else say(language, N_("No province"))
