"""Reads the hydrostatics of a case: a whole table, or the rows that an officer typed, and what is declared of them.

Source: the case format (docs/survey-case.md). What the weight column holds is said by its name, `displacement_t`
or `deadweight_t`, so `kind` may be left out; LCF reference, draft basis and density may not.
Left out: looking values up (`hydrostatics.py`, `typed_hydrostatics.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.case_fields import Fields, NumberRange
from survey.condition import ShipHydrostatics
from survey.errors import InvalidCaseError, InvalidHydrostaticTableError, UndeclaredReferenceError
from survey.hydrostatic_rows import (
    DEEPEST_TABLE_DRAFT_M,
    FARTHEST_LCF,
    FEWEST_ROWS,
    MctcRow,
    mctc_rows_of,
)
from survey.hydrostatics import (
    DraftBasis,
    HydrostaticRow,
    HydrostaticTable,
    LcfReference,
    TableKind,
    displacement_from_table_t,
    lcf_aft_of_midships_m,
)
from survey.survey_case import Vessel
from survey.typed_hydrostatics import TypedHydrostatics

DECLARATIONS = ("density_t_per_m3", "lcf_reference", "draft_basis", "kind")
TABLE_KEYS = (*DECLARATIONS, "file", "rows")
_TYPED_VALUES = (
    "mctc_plus_tm_per_cm",
    "mctc_minus_tm_per_cm",
    "tpc_at_port_draft_t_per_cm",
    "tpc_at_starboard_draft_t_per_cm",
)
TYPED_KEYS = (*DECLARATIONS, "rows", "mctc_rows", *_TYPED_VALUES)
_WEIGHT_COLUMNS = {"displacement_t": TableKind.DISPLACEMENT, "deadweight_t": TableKind.DEADWEIGHT}
_UNUSED_COLUMNS = (
    "freeboard_m",
    "volume_m3",
    "moulded_volume_m3",
    "moulded_displacement_t",
    "extreme_draft_m",
    "moulded_draft_m",
    "lcb_m",
    "lcb_aft_of_midships_m",
    "vcb_m",
    "kb_m",
    "kmt_m",
    "kml_m",
    "bmt_m",
    "bml_m",
    "wetted_surface_m2",
    "waterplane_area_m2",
    "cb",
    "cm",
    "cp",
    "cw",
    "cwp",
)
"""What tables print besides, and no draft survey reads."""
ROW_KEYS = (
    "draft_m",
    *_WEIGHT_COLUMNS,
    "tpc_t_per_cm",
    "mctc_tm_per_cm",
    "lcf_m",
    "lcf_aft_of_midships_m",
    "trim_by_stern_m",
    *_UNUSED_COLUMNS,
)
_MCTC_ROW_KEYS = ("draft_m", "mctc_tm_per_cm")
_WATER = NumberRange(lowest=0.9, highest=1.1, unit="t/m3")
_POSITIVE = NumberRange(lowest=0.0, highest=1e7, unit="", open_below=True)
_FROM_ZERO = NumberRange(lowest=0.0, highest=1e7, unit="")
"""A curve of form starts at 0 where the draft does; that it is above 0 elsewhere is the table's check."""
_WEIGHTS = {
    TableKind.DISPLACEMENT: NumberRange(lowest=0.0, highest=1e7, unit="t"),
    TableKind.DEADWEIGHT: NumberRange(
        lowest=-1e6, highest=1e7, unit="t; below 0 on less than the light draft"
    ),
}
_DRAFT = NumberRange(lowest=0.0, highest=DEEPEST_TABLE_DRAFT_M, unit="m")
_TRIM = NumberRange(lowest=-20.0, highest=20.0, unit="m, + by the stern")
_LCF = NumberRange(lowest=-600.0, highest=600.0, unit="m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is said of the numbers of a table; None for what is not said there."""

    path: str
    density_t_per_m3: float | None
    lcf_reference: LcfReference | None
    draft_basis: DraftBasis | None
    kind: TableKind | None

    @classmethod
    def read(cls, fields: Fields) -> "Declared":
        """Read the declarations of a table or of typed rows.

        Raises:
            InvalidCaseError: one of them is not accepted.
        """
        return cls(
            path=fields.path,
            density_t_per_m3=fields.optional_number("density_t_per_m3", _WATER),
            lcf_reference=fields.optional_choice("lcf_reference", LcfReference),
            draft_basis=fields.optional_choice("draft_basis", DraftBasis),
            kind=fields.optional_choice("kind", TableKind),
        )

    def over(self, other: "Declared | None") -> "Declared":
        """These declarations, and the other's where nothing is said here."""
        if other is None:
            return self
        return Declared(
            path=other.path,
            density_t_per_m3=self.density_t_per_m3 or other.density_t_per_m3,
            lcf_reference=self.lcf_reference or other.lcf_reference,
            draft_basis=self.draft_basis or other.draft_basis,
            kind=self.kind or other.kind,
        )

    def complete(self) -> "Declarations":
        """Everything that must be said.

        Raises:
            UndeclaredReferenceError: something is not said that is never guessed.
        """
        if self.lcf_reference is None:
            raise UndeclaredReferenceError(f"{self.path}.lcf_reference", accepted=", ".join(LcfReference))
        if self.draft_basis is None:
            raise UndeclaredReferenceError(f"{self.path}.draft_basis", accepted=", ".join(DraftBasis))
        if self.density_t_per_m3 is None:
            raise UndeclaredReferenceError(
                f"{self.path}.density_t_per_m3", accepted=f"the table's own density, {_WATER.text}"
            )
        return Declarations(
            density_t_per_m3=self.density_t_per_m3,
            lcf_reference=self.lcf_reference,
            draft_basis=self.draft_basis,
            kind=self.kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """All that must be known of a table; `kind` is None where its column alone says it."""

    density_t_per_m3: float
    lcf_reference: LcfReference
    draft_basis: DraftBasis
    kind: TableKind | None


def read_table(
    fields: Fields, *, table_rows: Sequence[Mapping[str, float]] | None, vessel: Vessel
) -> ShipHydrostatics | None:
    """The table of a case; None where it has declarations alone, for rows that are typed.

    Args:
        fields: the case's `hydrostatic_table`.
        table_rows: the rows of the file that it names, already read.
        vessel: her length and lightship.

    Raises:
        InvalidCaseError: both or an unread file, or a value that is not accepted.
        UndeclaredReferenceError: a reference, basis or density is missing.
        InvalidHydrostaticTableError: the rows are no table.
    """
    rows = _rows(fields, table_rows)
    if rows is None:
        return None
    declared = Declared.read(fields).complete()
    try:
        table = HydrostaticTable.from_rows([_row(row, declared, vessel) for row in rows])
    except InvalidHydrostaticTableError as error:
        raise error.within(fields.path) from error
    return _with_declarations(table, declared)


def read_typed(
    fields: Fields, *, table: Fields | None, whole: ShipHydrostatics | None, vessel: Vessel
) -> ShipHydrostatics:
    """What an officer typed, which goes before a table, shares its declarations, and leaves it the rest.

    Args:
        fields: the condition's `typed_hydrostatics`.
        table: the case's `hydrostatic_table`, for what is not declared with the rows.
        whole: the same as read, for rows or an MCTC that are not typed; None where it has no rows.
        vessel: her length and lightship.

    Raises:
        InvalidCaseError: a value is not accepted.
        UndeclaredReferenceError: a reference, basis or density is missing.
        InvalidHydrostaticTableError: the rows cannot be used.
    """
    declared = Declared.read(fields).over(None if table is None else Declared.read(table)).complete()
    try:
        typed = _typed(fields, declared, vessel, table_rows=_rows_of(whole, declared))
    except InvalidHydrostaticTableError as error:
        raise error.within(fields.path) from error
    return _with_declarations(typed, declared)


def _rows_of(whole: ShipHydrostatics | None, declared: Declarations) -> tuple[HydrostaticRow, ...]:
    """The rows of a table that may stand beside typed values: for the even keel, same water, same basis."""
    if whole is None or whole.table.is_by_trim:
        return ()
    alike = (whole.density_t_per_m3, whole.draft_basis) == (declared.density_t_per_m3, declared.draft_basis)
    return whole.table.rows if alike else ()


def _typed(
    fields: Fields, declared: Declarations, vessel: Vessel, *, table_rows: tuple[HydrostaticRow, ...]
) -> TypedHydrostatics:
    rows = tuple(_row(row, declared, vessel) for row in fields.children("rows", ROW_KEYS))
    mctc_rows = tuple(_mctc_row(row) for row in fields.children("mctc_rows", _MCTC_ROW_KEYS))
    values = {name: fields.optional_number(name, _POSITIVE) for name in _TYPED_VALUES}
    if not rows and (mctc_rows or any(values.values())):
        rows = table_rows
    has_mctc = mctc_rows or values["mctc_plus_tm_per_cm"] or values["mctc_minus_tm_per_cm"]
    if not has_mctc and len(mctc_rows_of(rows)) < FEWEST_ROWS:
        mctc_rows = mctc_rows_of(table_rows)
    return TypedHydrostatics(rows=rows, mctc_rows=mctc_rows, **values)


def _mctc_row(row: Fields) -> MctcRow:
    return MctcRow(
        draft_m=row.number("draft_m", _DRAFT), mctc_tm_per_cm=row.number("mctc_tm_per_cm", _POSITIVE)
    )


def _with_declarations(
    table: HydrostaticTable | TypedHydrostatics, declared: Declarations
) -> ShipHydrostatics:
    return ShipHydrostatics(
        table=table, density_t_per_m3=declared.density_t_per_m3, draft_basis=declared.draft_basis
    )


def _rows(fields: Fields, table_rows: Sequence[Mapping[str, float]] | None) -> Iterable[Fields] | None:
    """The rows as written in the case or in the file beside it."""
    name = fields.optional_text("file")
    if name is None:
        return fields.children("rows", ROW_KEYS) if fields.has("rows") else None
    if fields.has("rows"):
        accepted = "one of the two"
        raise InvalidCaseError(fields.path, "has both a file and rows", accepted=accepted)
    if table_rows is None:
        raise InvalidCaseError(fields.path_of("file"), f"{name!r} was not read", accepted="rows in its place")
    return [Fields(row, f"{name}, row {number}", ROW_KEYS) for number, row in enumerate(table_rows, 1)]


def _row(row: Fields, declared: Declarations, vessel: Vessel) -> HydrostaticRow:
    return HydrostaticRow(
        draft_m=row.number("draft_m", _DRAFT),
        displacement_t=_displacement_t(row, declared, vessel),
        tpc_t_per_cm=row.number("tpc_t_per_cm", _FROM_ZERO),
        lcf_aft_of_midships_m=_lcf_m(row, declared, vessel),
        mctc_tm_per_cm=row.optional_number("mctc_tm_per_cm", _FROM_ZERO),
        trim_by_stern_m=row.optional_number("trim_by_stern_m", _TRIM),
    )


def _displacement_t(row: Fields, declared: Declarations, vessel: Vessel) -> float:
    """The weight column by its name, which must not contradict the declared kind.

    Of a table that prints both, the declared one is read, and displacements where none is declared.
    """
    if all(map(row.has, _WEIGHT_COLUMNS)):
        column = f"{declared.kind or TableKind.DISPLACEMENT}_t"
    else:
        column = _one_of(row, tuple(_WEIGHT_COLUMNS))
    kind = _WEIGHT_COLUMNS[column]
    if declared.kind not in (None, kind):
        raise InvalidCaseError(
            row.path_of(column),
            f"contradicts the declared kind {declared.kind}",
            accepted=f"the column {declared.kind}_t, or the kind {kind}",
        )
    weight_t = row.number(column, _WEIGHTS[kind])
    return displacement_from_table_t(weight_t, kind=kind, lightship_t=vessel.lightship_t)


def _lcf_m(row: Fields, declared: Declarations, vessel: Vessel) -> float:
    """The LCF abaft midships, by the declared reference; a column that names its own must agree with it."""
    column = _one_of(row, ("lcf_m", "lcf_aft_of_midships_m"))
    reference = declared.lcf_reference
    if column == "lcf_aft_of_midships_m" and reference is not LcfReference.AFT_OF_MIDSHIPS:
        raise InvalidCaseError(
            row.path_of(column),
            f"contradicts the declared lcf_reference {reference}",
            accepted="the column lcf_m, or the lcf_reference aft_of_midships",
        )
    length_m = vessel.length_between_perpendiculars_m
    printed_m = row.number(column, _LCF)
    lcf_m = lcf_aft_of_midships_m(printed_m, reference=reference, length_between_perpendiculars_m=length_m)
    if abs(lcf_m) > FARTHEST_LCF * length_m:
        farthest_m = FARTHEST_LCF * length_m
        raise InvalidCaseError(
            row.path_of(column),
            f"is {printed_m:g}, which by {reference} is {abs(lcf_m):g} m from midships",
            accepted=f"an LCF within {farthest_m:g} m of midships; is the lcf_reference the table's own?",
        )
    return lcf_m


def _one_of(row: Fields, columns: Sequence[str]) -> str:
    """The column of the two that a row has.

    Raises:
        InvalidCaseError: it has both or neither.
    """
    found = [column for column in columns if row.has(column)]
    if len(found) != 1:
        said = f"both {' and '.join(columns)}" if found else f"neither {' nor '.join(columns)}"
        raise InvalidCaseError(row.path, f"has {said}", accepted="one of the two")
    return found[0]
