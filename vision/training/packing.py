"""Pack a data set for training elsewhere: one ZIP file with its card and a manifest of every file's digest.

Paths in the descriptions become relative, so that the unpacked folder trains where it lies. The same files give the
same bytes. Left out: what the pictures are, which the caller tells.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vision.errors import DatasetDescriptionError

DESCRIPTIONS = ("numerals.yaml", "water.yaml")
# A ZIP file's own beginning of time: when it was packed is nobody's label.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_KINDS = ("images", "labels", "masks", "truth", "frames")
_PACKED = {".jpg", ".png"}
_PLAIN = {".txt", ".json", ".csv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a data set's files do not say themselves.

    Attributes:
        name: Its name.
        source: "rendered" or "decided".
        licence: Under which its pictures may be used, in the words of whoever may say so.
        remarks: Sentences for the card.
        provenance: One entry a picture, where it came from; empty for rendered ones.
        left_out: How many were left out, by why.
    """

    name: str
    source: str
    licence: str
    remarks: tuple[str, ...] = ()
    provenance: tuple[dict[str, Any], ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)


def pack_dataset(
    folder: Path, destination: Path, about: About, *, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write a data set's ZIP file.

    Args:
        folder: Filled by `build_dataset`, or in its layout.
        destination: The file to write; nothing of it is there until it is whole.
        about: What the files do not say.
        progress: Called with files done and files in all.

    Returns:
        The manifest.

    Raises:
        DatasetDescriptionError: The folder holds no built data set, or a picture lacks its labels.
    """
    members = dict(_members(folder))
    manifest = _manifest(folder, members, about)
    part = destination.with_name(destination.name + ".part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            _write(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            _write(archive, "card.md", _card(manifest, about).encode())
            for done, (name, content) in enumerate(members.items(), start=1):
                _write(archive, name, content if isinstance(content, bytes) else content.read_bytes())
                progress(done, len(members))
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _members(folder: Path) -> Iterator[tuple[str, Path | bytes]]:
    for name in DESCRIPTIONS:
        if not (folder / name).is_file():
            raise DatasetDescriptionError(folder, f"no {name} in it; accepted: what `dataset build` filled")
        yield name, _without_place(folder / name)
    for kind in _KINDS:
        for path in sorted((folder / kind).rglob("*")):
            # Trainers leave their caches beside the labels.
            if path.suffix in _PACKED | _PLAIN and path.is_file():
                yield path.relative_to(folder).as_posix(), path
    for path in sorted(folder.iterdir()):
        if path.suffix in _PACKED | _PLAIN and path.is_file():
            yield path.name, path


def _without_place(path: Path) -> bytes:
    """A description without the folder of the machine that made it; Ultralytics then takes its own."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith("path:")).encode()


def _manifest(folder: Path, members: dict[str, Path | bytes], about: About) -> dict[str, Any]:
    pictures = [Path(name) for name in members if name.startswith("images/")]
    # Frames alone are worth sending to somebody who labels them.
    if not pictures and not any(name.startswith("frames/") for name in members):
        raise DatasetDescriptionError(folder, "no pictures in it; accepted: what `dataset build` filled")
    for picture in pictures:
        label = f"labels/{picture.parent.name}/{picture.stem}.txt"
        if label not in members:
            raise DatasetDescriptionError(folder, f"{picture} lacks {label}; build the data set again")
    parts = sorted({picture.parent.name for picture in pictures})
    return {
        "name": about.name,
        "source": about.source,
        "licence": about.licence,
        "labels": "exact" if about.source == "rendered" else "weak",
        "pictures": {part: sum(one.parent.name == part for one in pictures) for part in parts},
        "left_out": about.left_out,
        "provenance": list(about.provenance),
        "files": {name: _digest(content) for name, content in members.items()},
    }


def _digest(content: Path | bytes) -> dict[str, Any]:
    data = content if isinstance(content, bytes) else content.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if Path(name).suffix in _PACKED else zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _card(manifest: dict[str, Any], about: About) -> str:
    counts = ", ".join(f"{count} in `{part}`" for part, count in manifest["pictures"].items())
    left_out = "".join(f"- **Left out**: {count} ({why})\n" for why, count in about.left_out.items())
    remarks = "".join(f"- {remark}\n" for remark in about.remarks)
    return (
        f"# {about.name}\n\n"
        f"Draft marks for training: {counts}; labels are {manifest['labels']}.\n\n"
        f"- **Licence** {about.licence}\n"
        f"{remarks}{left_out}"
        "- **Characters**: `yolo detect train data=numerals.yaml`; boxes of 0 to 9, M and dash in `labels/`.\n"
        "- **Water**: `yolo semantic train data=water.yaml`; `masks/` hold 0 for hull, 1 for water, 255 for unknown.\n"
        "- **Truth** of each picture in `truth/`; `manifest.json` has the SHA-256 of every file.\n"
    )
