"""Searches, noun by noun, and shows what was found with where it can be read.

Source: `api.search.repository`; addresses are those of each noun's routes.
Left out: who is asking; `api.auth.visibility` narrows every query to the port calls that may be seen.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from api.cargo.kinds import EVERY_KIND
from api.cursor import cursor_of
from api.errors import InvalidRequestError
from api.search.matching import FACETS
from api.search.repository import newest
from api.search.schemas import Noun, SearchGroup, SearchHit, SearchQuery, SearchResult
from api.storage.tables import SearchEntry

NOUNS: tuple[Noun, ...] = tuple(FACETS)
AROUND_CHARACTERS = 60
_ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "vessel": "/api/v1/vessels/{id}",
        "port_call": "/api/v1/portcalls/{id}",
        "record": "/api/v1/records/{id}",
        **{kind.noun: "/api/v1/portcalls/{port_call_id}/" + kind.path + "/{id}" for kind in EVERY_KIND},
    }
)


def search(session: Session, query: SearchQuery) -> SearchResult:
    """Find things whose text holds every word, in capitals or not.

    Args:
        session: that reads.
        query: what is looked for.

    Raises:
        InvalidRequestError: a page is asked for that goes on from several nouns at once.
    """
    nouns = tuple(dict.fromkeys(query.noun)) or NOUNS
    if query.cursor is not None and len(nouns) > 1:
        raise InvalidRequestError.at("query:cursor", "goes with one noun")
    found = newest(session, query, nouns, limit=query.limit + 1)
    groups = [_group(noun, found.get(noun, ()), query) for noun in nouns]
    return SearchResult(groups=[group for group in groups if group.items])


def _group(noun: Noun, rows: Sequence[SearchEntry], query: SearchQuery) -> SearchGroup:
    shown = rows[: query.limit]
    return SearchGroup(
        noun=noun,
        items=[_hit(noun, row, query) for row in shown],
        next_cursor=cursor_of(query.scope_of(noun), shown[-1].id) if len(rows) > query.limit else None,
    )


def _hit(noun: Noun, row: SearchEntry, query: SearchQuery) -> SearchHit:
    return SearchHit(
        noun=noun,
        id=row.subject_id,
        port_call_id=row.port_call_id,
        kind=row.kind,
        actor=row.actor,
        occurred_at=row.occurred_at,
        excerpt=_excerpt(row.text, query.text.split()[0]),
        url=_ADDRESSES[noun].format(id=row.subject_id, port_call_id=row.port_call_id),
    )


def _excerpt(text: str, word: str) -> str:
    """Give the text around a word.

    >>> _excerpt("a" * 100 + "大豆" + "b" * 100, "大豆").count("a")
    60
    """
    plain = " ".join(text.split())
    place = max(plain.lower().find(word.lower()), 0)
    return plain[max(place - AROUND_CHARACTERS, 0) : place + len(word) + AROUND_CHARACTERS]
