"""The tags of a moving-target (VMTI) local set.

Source: MISB ST 0903.5.
Left out: the targets themselves (101) and their ontologies (102, 103): detections are made by this program's own
networks; how many a stream reports is told.
"""

from drone.telemetry.misb.fields import Field, Table, imapb, moment, opaque, text, whole

FIELDS: Table = {
    1: Field(name="checksum", decode=whole),
    2: Field(name="utc", decode=moment),
    3: Field(name="vmti_system", decode=text),
    4: Field(name="st0903_version", decode=whole),
    5: Field(name="vmti_targets_detected", decode=whole),
    6: Field(name="vmti_targets_reported", decode=whole),
    7: Field(name="frame_number", decode=whole),
    8: Field(name="image_width_px", decode=whole),
    9: Field(name="image_height_px", decode=whole),
    10: Field(name="vmti_sensor", decode=text),
    11: Field(name="field_of_view_horizontal_deg", decode=imapb(0.0, 180.0)),
    12: Field(name="field_of_view_vertical_deg", decode=imapb(0.0, 180.0)),
    13: Field(name="miis_core_identifier", decode=opaque),
    101: Field(name="vmti_target_series", decode=opaque),
    102: Field(name="vmti_algorithm_series", decode=opaque),
    103: Field(name="vmti_ontology_series", decode=opaque),
}
