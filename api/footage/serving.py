"""Gives a stored file to a browser without letting it act as a page of ours.

Source: OWASP File Upload guidance; ranges by RFC 9110 section 14 (Starlette's FileResponse).
Left out: who may fetch it.
"""

from typing import Literal

from fastapi.responses import FileResponse

from api.storage.objects import ObjectStore

# Only what a browser shows without running anything; everything else is offered for download.
SHOWN_MEDIA_TYPES = frozenset(
    {"video/mp4", "video/webm", "image/jpeg", "image/png", "image/svg+xml", "application/pdf"}
)
# An SVG opened on its own is a document: without scripts, plugins or an origin it is a picture again.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
ONE_YEAR_S = 31_536_000


def file_response(objects: ObjectStore, *, sha256: str, file_name: str, media_type: str) -> FileResponse:
    """Answer with a stored file, whole or in ranges.

    Args:
        objects: where it is stored.
        sha256: its name there; also its entity tag, since the bytes behind it never change.
        file_name: what a browser saves it as, in any script.
        media_type: what it was found to be when it was received, never what its sender said.

    Raises:
        DamagedObjectError: the store has lost it.
    """
    shown = media_type in SHOWN_MEDIA_TYPES
    disposition: Literal["inline", "attachment"] = "inline" if shown else "attachment"
    return FileResponse(
        objects.existing_path_of(sha256),
        media_type=media_type if shown else "application/octet-stream",
        filename=file_name,
        content_disposition_type=disposition,
        headers={
            "etag": f'"{sha256}"',
            "cache-control": f"private, max-age={ONE_YEAR_S}, immutable",
            "content-security-policy": SANDBOX,
        },
    )
