"""The codes of everything that can look wrong in a survey; each has a title in the report's catalogue.

Source: the plausibility checks of draft surveys, `plausibility.py` and `plausibility_weights.py`.
Left out: the findings of a table's import audit, which have codes of their own (`hydrostatics_audit.py`).
"""

from enum import StrEnum


class WarningCode(StrEnum):
    """What a warning is about."""

    READING_ESTIMATED = "reading_estimated"
    SIDES_DIFFER = "sides_differ"
    LIST = "list"
    TWISTED_HULL = "twisted_hull"
    TRIM_BY_HEAD = "trim_by_head"
    SECOND_TRIM_NEGATIVE = "second_trim_negative"
    ABOVE_SUMMER_MARK = "above_summer_mark"
    DENSITY_UNUSUAL = "density_unusual"
    HYDROMETER_EXPIRED = "hydrometer_expired"
    NOTHING_DEDUCTED = "nothing_deducted"
    TRIM_OUTSIDE_TANK_TABLE = "trim_outside_tank_table"
    TABLE_SUSPECT = "table_suspect"
    FUEL_RISES = "fuel_rises"
    HOG_WHEN_LOADED = "hog_when_loaded"
    SAG_WHEN_LIGHT = "sag_when_light"
    CONSTANT_DEVIATES = "constant_deviates"
    CONSTANT_COINCIDES = "constant_coincides"
    CONSTANT_NEGATIVE = "constant_negative"
    CONSTANT_DRIFTS = "constant_drifts"
    CARGO_AGAINST_OPERATION = "cargo_against_operation"
    BILL_OF_LADING_DIFFERS = "bill_of_lading_differs"
