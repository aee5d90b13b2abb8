"""Set a template with Typst: page data in as JSON, PDF out, with the shipped fonts and no network.

Source: Typst 0.14 or later through the `typst` package.
Left out: what the page says, which is decided before.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import typst

from api.surveys.report.errors import TypesettingError

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_FONTS = _HERE / "fonts"
# PDF/UA-1: tagged for screen readers, and a glyph that no font has is an error instead of a box on the page.
# PDF/A would need a date of issue: the document has none, and the clock's would change the bytes each time.
_STANDARD: Final = "ua-1"


def typeset_pdf(template: str, page: Mapping[str, Any]) -> bytes:
    """Set one document.

    The data goes in as one JSON string that the template parses: no part of it is ever read as markup.

    Args:
        template: File name in `templates/`.
        page: What the template reads; texts, lists and mappings, every text drawable (see `glyphs`).

    Returns:
        The PDF; the same page data gives the same bytes.

    Raises:
        TypesettingError: Typst refused the page, for example for a glyph that no shipped font has.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
    compiler = typst.Compiler(
        input=_TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=fonts,
        sys_inputs={"page": json.dumps(page, ensure_ascii=False, allow_nan=False)},
    )
    try:
        return cast("bytes", compiler.compile(format="pdf", pdf_standards=[_STANDARD]))
    except typst.TypstError as error:
        raise TypesettingError(template, error.message) from error
