"""The methods that the bench compares, each from one footage to one outcome.

Source: the product's own pipeline, and the two baselines of docs/draft-reading.md's comparison.
Left out: how the baselines read a picture (box_reading.py, word_reading.py).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import api.pipelines.reading
from api.bench.drafts.ablations import ablation
from api.bench.drafts.box_reading import read_boxes
from api.bench.drafts.stages import StageClock, TimedNetworks, timing
from api.bench.drafts.substitution import Substitution, substituted
from api.bench.drafts.word_reading import WordReader, word_reader
from api.bench.outcomes import KnownFootage, Outcome
from vision.draft.networks import OpenVinoDraftNetworks
from vision.video.frames import open_footage

HULLMARK, BOXES, RAPIDOCR = "hullmark", "boxes", "rapidocr"
BASELINE_RATE_HZ = 6.0
# A word reader takes seconds a picture; its mean over a clip is of so many pictures, evenly apart.
MOST_PICTURES_OF_WORDS = 8
NOTHING_READ = "nothing_read"

Picture = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to read footage.

    Attributes:
        name: What it is called in tables.
        read: Reads one footage.
    """

    name: str
    read: Callable[[KnownFootage], Outcome]


def hullmark_method(without: Sequence[str]) -> Method:
    """The product's reader, with parts switched off.

    Args:
        without: Names of parts, keys of `ABLATIONS`.

    Returns:
        The method; it reads as `hullmark read` does, and tells the time of every stage.
    """
    name = HULLMARK if not without else f"{HULLMARK} without {', '.join(without)}"
    parts = ablation(without)
    return Method(name=name, read=lambda footage: _read(footage, name, parts))


def _read(footage: KnownFootage, method: str, parts: Sequence[Substitution]) -> Outcome:
    # Loaded before the clock starts: a process loads them once.
    networks = draft_networks()
    clock = StageClock()
    handed = Substitution(
        module=api.pipelines.reading,
        name="draft_networks",
        make=lambda _: lambda: TimedNetworks(networks, clock),
    )
    with substituted([*parts, *timing(clock), handed]):
        started_s = time.perf_counter()
        document = api.pipelines.reading.read_footage(
            footage.path, expected_range_m=None, evidence_dir=None, progress=None
        )
        seconds = time.perf_counter() - started_s
    return Outcome(
        footage=footage,
        method=method,
        draft_m=document["draft_m"],
        u95_m=document["u95_m"],
        reason=document["reason"],
        seconds=seconds,
        stages_s=clock.stages_s(seconds),
    )


def draft_networks() -> OpenVinoDraftNetworks:
    """The networks that the product reads with, loaded once."""
    return api.pipelines.reading.draft_networks()


def network_identities() -> list[str]:
    """Which weights read."""
    return list(draft_networks().identities)


def boxes_method() -> Method:
    """Boxes of every picture, a straight scale through them, the mean over pictures."""
    networks = draft_networks()
    return Method(
        name=BOXES,
        read=lambda footage: _mean_over_pictures(
            footage, BOXES, lambda picture: read_boxes(picture, networks), most_pictures=None
        ),
    )


def rapidocr_method() -> Method | None:
    """A general reader of words with our lattice fit; None where it is not installed."""
    words: WordReader | None = word_reader()
    if words is None:
        return None
    networks = draft_networks()
    return Method(
        name=RAPIDOCR,
        read=lambda footage: _mean_over_pictures(
            footage,
            RAPIDOCR,
            lambda picture: words.read(picture, networks),
            most_pictures=MOST_PICTURES_OF_WORDS,
        ),
    )


def _mean_over_pictures(
    footage: KnownFootage,
    method: str,
    draft_of: Callable[[Picture], float | None],
    *,
    most_pictures: int | None,
) -> Outcome:
    started_s = time.perf_counter()
    drafts_m = [draft_of(picture) for picture in _pictures(footage, most_pictures)]
    read_m = [draft_m for draft_m in drafts_m if draft_m is not None]
    return Outcome(
        footage=footage,
        method=method,
        draft_m=float(np.mean(read_m)) if read_m else None,
        u95_m=None,
        reason=None if read_m else NOTHING_READ,
        seconds=time.perf_counter() - started_s,
    )


def _pictures(footage: KnownFootage, most: int | None) -> list[Picture]:
    with open_footage(footage.path) as opened:
        rate_hz = BASELINE_RATE_HZ
        if most is not None and opened.duration_s:
            rate_hz = min(rate_hz, most / opened.duration_s)
        return [frame.image_bgr for frame in opened.frames(max_rate_hz=rate_hz)]
