"""The samples of dock water as they are printed: each with place, depth, time, hydrometer and certificate.

Source: the `density_samples` of the survey document.
Left out: their mean, which is a worked step, and whether a certificate had expired, which is a warning.
"""

from collections.abc import Sequence
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document
from api.surveys.report.figures import MISSING, FigureStyle, aligned
from api.surveys.report.frame import shortened_name, stage_title

_DETAILS = ("place", "depth_m", "taken_at", "instrument_number", "certificate_expires_on")


def density_table(conditions: Sequence[Document], words: Catalogue, style: FigureStyle) -> dict[str, Any]:
    """Every sample of every condition.

    Args:
        conditions: All conditions in order.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        Column heads, and a row for each sample; no rows where nothing is known beside one density a survey,
        which stands among the steps.
    """
    samples = [(each, sample) for each in conditions for sample in each.get("density_samples") or ()]
    told = len(samples) > len(conditions) or any(
        sample[name] is not None for _, sample in samples for name in _DETAILS
    )
    densities = aligned([style.figure(sample["density_t_per_m3"], "t/m³") for _, sample in samples])
    rows = [
        {
            "stage": stage_title(condition, words),
            "density": density,
            "details": [_detail(sample[name]) for name in _DETAILS],
        }
        for (condition, sample), density in zip(samples, densities, strict=True)
    ]
    return {
        "heads": [words.label(f"sample_{name}") for name in ("stage", "density_t_per_m3", *_DETAILS)],
        "rows": rows if told else [],
    }


def _detail(value: object) -> str:
    return (
        MISSING if value is None else shortened_name(f"{value:g}" if isinstance(value, float) else str(value))
    )
