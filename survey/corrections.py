"""Trim, list and density corrections of a displacement, and the signs that they follow from.

Source: [ECE92] for the first trim term and the density, Nemoto's second trim term, [UKPI] for the list.
Left out: hog and sag (`drafts.py`), and anything in salt or temperature: densities are apparent, in air.
"""


def first_trim_correction_t(
    *,
    trim_by_stern_m: float,
    tpc_t_per_cm: float,
    lcf_aft_of_midships_m: float,
    length_between_perpendiculars_m: float,
) -> float:
    """Layer correction 100 T TPC LCF / LBP: the ship turns about F, not about midships [ECE92].

    Args:
        trim_by_stern_m: T at the perpendiculars, not at the marks, + by the stern.
        tpc_t_per_cm: TPC at the mean draft.
        lcf_aft_of_midships_m: LCF, + abaft midships.
        length_between_perpendiculars_m: LBP, not the length between the marks.

    >>> round(first_trim_correction_t(
    ...     trim_by_stern_m=3.5, tpc_t_per_cm=30, lcf_aft_of_midships_m=-2.0,
    ...     length_between_perpendiculars_m=170), 3)
    -123.529
    """
    return 100 * trim_by_stern_m * tpc_t_per_cm * lcf_aft_of_midships_m / length_between_perpendiculars_m


def second_trim_correction_t(
    *,
    trim_by_stern_m: float,
    mctc_plus_tm_per_cm: float,
    mctc_minus_tm_per_cm: float,
    mctc_half_interval_m: float,
    length_between_perpendiculars_m: float,
) -> float:
    """Nemoto's term 25 T² dMCTC / (a LBP); for a of half a metre, 50 T² dMCTC / LBP [ECE92].

    Negative where the MCTC falls with draft; that is a warning elsewhere, and not made positive here.

    Args:
        trim_by_stern_m: T at the perpendiculars.
        mctc_plus_tm_per_cm: MCTC at the mean draft + a.
        mctc_minus_tm_per_cm: MCTC at the mean draft - a.
        mctc_half_interval_m: a, positive.
        length_between_perpendiculars_m: LBP.

    >>> round(second_trim_correction_t(  # the V-shaped prism, for which the term is exact
    ...     trim_by_stern_m=2.0, mctc_plus_tm_per_cm=140.9375, mctc_minus_tm_per_cm=115.3125,
    ...     mctc_half_interval_m=0.5, length_between_perpendiculars_m=100), 9)
    51.25
    """
    change_tm_per_cm = mctc_plus_tm_per_cm - mctc_minus_tm_per_cm
    return (
        25 * trim_by_stern_m**2 * change_tm_per_cm / (mctc_half_interval_m * length_between_perpendiculars_m)
    )


def list_correction_t(
    *,
    tpc_at_port_draft_t_per_cm: float,
    tpc_at_starboard_draft_t_per_cm: float,
    port_draft_m: float,
    starboard_draft_m: float,
) -> float:
    """6 |TPC_P - TPC_S| |d_P - d_S|, never negative: a listed ship displaces more [UKPI].

    >>> round(list_correction_t(
    ...     tpc_at_port_draft_t_per_cm=49.665, tpc_at_starboard_draft_t_per_cm=49.688,
    ...     port_draft_m=4.51, starboard_draft_m=4.54), 3)
    0.004
    """
    of_tpc_t_per_cm = abs(tpc_at_port_draft_t_per_cm - tpc_at_starboard_draft_t_per_cm)
    return 6 * of_tpc_t_per_cm * abs(port_draft_m - starboard_draft_m)


def density_correction_t(
    *, displacement_t: float, dock_density_t_per_m3: float, table_density_t_per_m3: float
) -> float:
    """What the dock's water adds to the table's displacement: D (rho - rho_table) / rho_table [ECE92].

    Args:
        displacement_t: after the trim and list corrections, at the table's density.
        dock_density_t_per_m3: apparent density in air, by a draft survey hydrometer; not corrected for
            temperature, because glass and steel change together.
        table_density_t_per_m3: as the table declares.

    >>> round(density_correction_t(
    ...     displacement_t=20805.301, dock_density_t_per_m3=1.023, table_density_t_per_m3=1.025), 3)
    -40.596
    """
    return displacement_t * (dock_density_t_per_m3 - table_density_t_per_m3) / table_density_t_per_m3
