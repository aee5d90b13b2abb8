"""The route of the search.

Source: `api.search.service`.
Left out: suggestions while somebody types; a page asks again.
"""

from typing import Annotated

from fastapi import Query

from api.auth.access import requires
from api.auth.permissions import Permission
from api.problems import responses
from api.routing import NounRouter, UsesDatabase
from api.search import service
from api.search.schemas import SearchQuery, SearchResult

router = NounRouter(prefix="/search", tags=["search"])


@router.get("", responses=responses(), dependencies=[requires(Permission.SEARCH)])
def search(query: Annotated[SearchQuery, Query()], database: UsesDatabase) -> SearchResult:
    """Find vessels, port calls, papers, findings, seals, stores, transfers and records by any part of a word."""
    with database.reading() as session:
        return service.search(session, query)
