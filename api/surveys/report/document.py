"""Looking into the survey document: the parts that every report needs, and a refusal where one is not there.

Source: the JSON of `hullmark survey --json`, docs/architecture.md.
Left out: checking the numbers again; the survey did that before it wrote the document.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from api.surveys.report.errors import IncompleteDocumentError

Document = Mapping[str, Any]


def required(part: Document, key: str, *, of: str = "") -> Any:
    """A member that the page cannot do without.

    Args:
        part: The document or one of its parts.
        key: The member's name; its value may be None, but it must be there.
        of: Where the part stands in the document, for the message.

    Returns:
        The member.

    Raises:
        IncompleteDocumentError: The part has no such member.
    """
    if key not in part:
        raise IncompleteDocumentError(f"{of}.{key}" if of else key)
    return part[key]


def conditions_of(document: Document) -> Sequence[Document]:
    """The conditions in the order of the survey.

    Args:
        document: The whole survey document.

    Returns:
        At least one condition.

    Raises:
        IncompleteDocumentError: There is none.
    """
    conditions: Sequence[Document] = required(document, "conditions")
    if not conditions:
        raise IncompleteDocumentError("condition")
    return conditions


def steps_of(condition: Document) -> Mapping[str, Document]:
    """The worked steps of a condition by name, in the order they were computed.

    Args:
        condition: One member of `conditions`.

    Returns:
        Step name to the step as written: name, symbol, value, unit, formula, source.
    """
    steps = required(condition, "steps", of=f"conditions[{condition.get('stage')}]")
    return {step["name"]: step for step in steps}


def document_digest(document: Document) -> str:
    """What ties a printed page to the numbers it was made from.

    Args:
        document: The whole survey document.

    Returns:
        SHA-256 of the document in RFC 8785 canonical form, in hexadecimal.
    """
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()
