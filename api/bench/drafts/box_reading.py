"""First baseline: the numeral network's boxes at whole-picture scale, a straight line through their lower edges.

Source: the usual published draft reader (boxes, linear scale, mask's edge at the column, mean over pictures).
Left out: the mean, which methods.py takes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.bench.drafts.plain_scale import plain_draft_m

# The size at which such detectors are trained and run.
LONGEST_PX = 960


def read_boxes(image_bgr: NDArray[np.uint8], networks: Any) -> float | None:
    """The draft that one picture shows.

    Args:
        image_bgr: The picture.
        networks: The reader's networks.

    Returns:
        Metres; None where it cannot be computed.
    """
    characters = networks.characters_in_picture(image_bgr, longest_px=LONGEST_PX)
    return plain_draft_m(image_bgr, characters, networks, straight=True)
