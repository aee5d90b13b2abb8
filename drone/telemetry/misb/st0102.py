"""The tags of a security local set.

Source: MISB ST 0102.12.
Left out: judging a classification; it is shown as written.
"""

from drone.telemetry.misb.fields import Field, Table, Value, opaque, text, text_utf16, whole

CLASSIFICATIONS = {1: "UNCLASSIFIED", 2: "RESTRICTED", 3: "CONFIDENTIAL", 4: "SECRET", 5: "TOP SECRET"}


def _classification(data: bytes) -> Value:
    number = whole(data)
    return CLASSIFICATIONS.get(number, f"classification {number}")


FIELDS: Table = {
    1: Field(name="classification", decode=_classification),
    2: Field(name="classifying_country_method", decode=whole),
    3: Field(name="classifying_country", decode=text),
    4: Field(name="sci_information", decode=text),
    5: Field(name="caveats", decode=text),
    6: Field(name="releasing_instructions", decode=text),
    7: Field(name="classified_by", decode=text),
    8: Field(name="derived_from", decode=text),
    9: Field(name="classification_reason", decode=text),
    10: Field(name="declassification_date", decode=text),
    11: Field(name="marking_system", decode=text),
    12: Field(name="object_country_method", decode=whole),
    13: Field(name="object_countries", decode=text_utf16),
    14: Field(name="classification_comments", decode=text),
    15: Field(name="umid", decode=opaque),
    19: Field(name="stream_id", decode=whole),
    20: Field(name="transport_stream_id", decode=whole),
    21: Field(name="item_designator", decode=opaque),
    22: Field(name="st0102_version", decode=whole),
    23: Field(name="country_method_date", decode=text),
    24: Field(name="object_country_method_date", decode=text),
}
