"""Entity tags of what can be edited, and the condition that a change rests on the present state.

Source: RFC 9110, 8.8.3 (ETag) and 13.1.1 (If-Match); RFC 6585, 3 (428).
Left out: conditions on reading (If-None-Match), which `api.routing` answers for every route alike.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import rfc8785
from fastapi import Depends, Header, Response
from pydantic import BaseModel

from api.errors import PreconditionFailedError, PreconditionRequiredError

StateT = TypeVar("StateT", bound=BaseModel)
_TAG_CHARACTERS = 32
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
ANY = "*"


def entity_tag(state: BaseModel | dict[str, Any]) -> str:
    """Name a state: the same for equal states, another for every other one.

    >>> entity_tag({"version": 3})
    '"9af23cea10a478f3bb916ff35c07a36d"'
    """
    content = state.model_dump(mode="json") if isinstance(state, BaseModel) else state
    return f'"{hashlib.sha256(rfc8785.dumps(content)).hexdigest()[:_TAG_CHARACTERS]}"'


def tags_of(header: str) -> frozenset[str]:
    """Read the entity tags of a condition.

    >>> sorted(tags_of('"a", W/"b"'))
    ['"a"', 'W/"b"']
    """
    return frozenset(_TAG.findall(header))


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What a change rests on: the entity tag that was read, or any state.

    Attributes:
        given: the header If-Match as it was sent.
    """

    given: str

    def check(self, state: BaseModel | dict[str, Any]) -> None:
        """Refuse to go on where another state is current; call it in the transaction that changes.

        Raises:
            PreconditionFailedError: it was changed since it was read.
        """
        current = entity_tag(state)
        # Strong comparison: a weak tag never matches.
        if self.given.strip() != ANY and current not in tags_of(self.given):
            raise PreconditionFailedError(given=self.given, current=current)


def precondition_of(
    if_match: Annotated[
        str | None,
        Header(
            description="ETag of the state that the change rests on; `*` for whichever is current.",
            max_length=1000,
            examples=[ANY],
        ),
    ] = None,
) -> Precondition:
    """Read the condition of a change, which must have one.

    Raises:
        PreconditionRequiredError: the header is missing.
    """
    if if_match is None or not if_match.strip():
        raise PreconditionRequiredError
    return Precondition(given=if_match)


def tagged(response: Response, state: StateT) -> StateT:
    """Tell the entity tag of what is answered, and give it on."""
    response.headers["etag"] = entity_tag(state)
    return state


IfMatch = Annotated[Precondition, Depends(precondition_of)]
