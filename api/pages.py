"""Lists a page at a time: which part is asked for, which rows that is, and where the next part begins.

Source: keyset pagination; Web Linking (RFC 8288) for the `Link` header; docs/decisions/0018-api-conventions.md.
Left out: counting all of a list, which costs more than the page and is stale when it is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from api import cursor as cursors
from api.schemas import View

RowT = TypeVar("RowT")
ItemT = TypeVar("ItemT")
MOST_ITEMS = 500
USUAL_ITEMS = 100
_NOT_OF_THE_SCOPE = frozenset({"cursor", "limit"})


class Page(View, Generic[ItemT]):
    """Some of a list."""

    items: list[ItemT]
    next_cursor: str | None = Field(
        description="Ask again with this as `cursor` and the same filters; null at the end."
    )


def _say_nothing(cursor: str) -> None:
    del cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a list is asked for.

    Attributes:
        limit: how many at most.
        scope: the list with its filters.
        cursor: where the page before ended; None at the beginning.
        tell: takes the cursor of the next page, where there is one.
    """

    limit: int
    scope: str = ""
    cursor: str | None = None
    tell: Callable[[str], None] = _say_nothing

    def by_time(
        self,
        query: Select[RowT],
        at: InstrumentedAttribute[datetime],
        identifier: InstrumentedAttribute[UUID],
        *,
        newest_first: bool,
    ) -> Select[RowT]:
        """Order a query by time and cut it to this part and one more, which shows whether there is a next one.

        Raises:
            InvalidRequestError: the cursor was not given out for this list.
        """
        if self.cursor is not None:
            instant, last = cursors.instant_and_id(self.scope, self.cursor)
            if newest_first:
                query = query.where(or_(at < instant, and_(at == instant, identifier < last)))
            else:
                query = query.where(or_(at > instant, and_(at == instant, identifier > last)))
        order = (at.desc(), identifier.desc()) if newest_first else (at, identifier)
        return query.order_by(*order).limit(self.limit + 1)

    def by_identifier(
        self, query: Select[RowT], identifier: InstrumentedAttribute[UUID], *, newest_first: bool
    ) -> Select[RowT]:
        """Order a query by identifiers, which are sorted by the time they were made, and cut it likewise.

        Raises:
            InvalidRequestError: the cursor was not given out for this list.
        """
        if self.cursor is not None:
            last = cursors.identifier(self.scope, self.cursor)
            query = query.where(identifier < last if newest_first else identifier > last)
        return query.order_by(identifier.desc() if newest_first else identifier).limit(self.limit + 1)

    def by_number(
        self, query: Select[RowT], number: InstrumentedAttribute[int], *, largest_first: bool = False
    ) -> Select[RowT]:
        """Order a query by a number that no two rows share, and cut it likewise.

        Raises:
            InvalidRequestError: the cursor was not given out for this list.
        """
        if self.cursor is not None:
            last = cursors.number(self.scope, self.cursor)
            query = query.where(number < last if largest_first else number > last)
        return query.order_by(number.desc() if largest_first else number).limit(self.limit + 1)

    def cut(
        self, rows: Sequence[RowT], place: Callable[[RowT], tuple[cursors.Part, ...]]
    ) -> tuple[Sequence[RowT], str | None]:
        """Give the rows of this part, and where the next one begins."""
        kept = rows[: self.limit]
        if len(rows) <= self.limit:
            return kept, None
        following = cursors.cursor_of(self.scope, *place(kept[-1]))
        self.tell(following)
        return kept, following


def by_creation(row: Any) -> tuple[datetime, UUID]:
    """Give the place of a row in a list by the time it was made."""
    return row.created_at, row.id


def window_of(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="How many at most.")] = USUAL_ITEMS,
    cursor: Annotated[
        str | None,
        Query(
            max_length=cursors.LONGEST_CURSOR_CHARACTERS,
            description="`next_cursor` of the page before, with the same filters.",
        ),
    ] = None,
) -> Window:
    """Read which part of a list a request asks for; the answer will carry a link to the next part."""

    def tell(following: str) -> None:
        address = request.url.include_query_params(cursor=following)
        response.headers["link"] = f'<{address.path}?{address.query}>; rel="next"'

    return Window(limit=limit, cursor=cursor, scope=_scope_of(request), tell=tell)


def _scope_of(request: Request) -> str:
    filters = sorted(item for item in request.query_params.multi_items() if item[0] not in _NOT_OF_THE_SCOPE)
    return f"{request.url.path}?{filters}"


UsesWindow = Annotated[Window, Depends(window_of)]
