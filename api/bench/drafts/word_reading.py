"""Second baseline: RapidOCR's words, cut into characters, on our own lattice with our own projective scale.

Source: the package rapidocr (extra [bench]; its models are in its wheel, nothing is fetched), on OpenVINO.
Left out: component crops and second looks, which are a reader of one's own and no longer the package.
"""

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.bench.drafts.plain_scale import plain_draft_m
from vision.draft.numerals import METRE_LETTER, MarkCharacter

PACKAGE = "rapidocr"
# A word of so many characters that is higher than wide is a part of a column.
UPRIGHT_FROM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReader:
    """RapidOCR, loaded.

    Attributes:
        engine: Its reader: a picture in; boxes, txts and scores out.
    """

    engine: Any

    def read(self, image_bgr: NDArray[np.uint8], networks: Any) -> float | None:
        """The draft that one picture shows.

        Args:
            image_bgr: The picture.
            networks: Gives the probability of water.

        Returns:
            Metres; None where it cannot be computed.
        """
        found = self.engine(image_bgr)
        if found.boxes is None:
            return None
        characters = characters_of_words(found.boxes, found.txts, found.scores)
        return plain_draft_m(image_bgr, characters, networks, straight=False)


def word_reader() -> WordReader | None:
    """Load RapidOCR; None where it is not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    package = importlib.import_module(PACKAGE)
    engine = package.EngineType.OPENVINO
    parts = {f"{part}.engine_type": engine for part in ("Det", "Cls", "Rec")}
    return WordReader(engine=package.RapidOCR(params={**parts, "Global.log_level": "error"}))


def characters_of_words(
    boxes: Sequence[Any], texts: Sequence[str], scores: Sequence[float]
) -> tuple[MarkCharacter, ...]:
    """Cut words into characters: of equal width, or, in a word that stands upright, one on each step of a column.

    Args:
        boxes: (4, 2) corners of each word.
        texts: The words.
        scores: How sure each is.

    Returns:
        Digits and M; all else in a word takes up its place and is left out.
    """
    cut: list[MarkCharacter] = []
    for corners, text, score in zip(boxes, texts, scores, strict=True):
        spelled = text.replace(" ", "").upper()
        low, high = np.min(corners, axis=0), np.max(corners, axis=0)
        cells = _cells(low, high, len(spelled))
        cut += [
            MarkCharacter(
                text=letter,
                score=float(score),
                left_px=left,
                top_px=top,
                right_px=right,
                lower_edge_px=bottom,
            )
            for letter, (left, top, right, bottom) in zip(spelled, cells, strict=True)
            if letter in f"0123456789{METRE_LETTER}"
        ]
    return tuple(cut)


def _cells(low: Any, high: Any, count: int) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each character of a word."""
    (left, top), (right, bottom) = low, high
    if count < UPRIGHT_FROM or bottom - top < right - left:
        edges = np.linspace(left, right, count + 1)
        return [(float(edges[i]), float(top), float(edges[i + 1]), float(bottom)) for i in range(count)]
    # Numerals are as high as the gaps between them.
    height = (bottom - top) / (2 * count - 1)
    return [
        (float(left), float(top + 2 * i * height), float(right), float(top + (2 * i + 1) * height))
        for i in range(count)
    ]
