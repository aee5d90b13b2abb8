"""Finds entries of the search: by the index of words, or by looking through few rows one by one.

Source: `api.storage.tables.SearchEntry` and the indexes of migration 0005.
Left out: how a hit is shown (`service.py`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.search.matching import grams, sqlite_match, sqlite_words
from api.search.schemas import Noun, SearchQuery
from api.storage.tables import SearchEntry

FEW = 10_000
"""Looked through one by one in some 10 ms; beyond it the index of words is faster."""
Newest = Mapping[str, Sequence[SearchEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The entries that happened between two moments: how many, and from which to which."""

    count: int
    first: int
    last: int


def newest(
    session: Session,
    query: SearchQuery,
    nouns: Sequence[Noun],
    *,
    limit: int,
) -> Newest:
    """Give the newest entries of each noun that hold every word.

    Args:
        session: that reads.
        query: what is looked for.
        nouns: of which.
        limit: how many of each noun.
    """
    window = _window(session, query)
    every = _wanted(select(SearchEntry), query)
    if query.port_call_id is not None or (window is not None and window.count <= FEW):
        return _one_by_one(session, _looked_through(every, query), nouns, limit)
    if session.get_bind().dialect.name != "sqlite":
        wanted = _looked_through(_with_grams(every, query), query)
        return {
            noun: session.scalars(wanted.where(SearchEntry.noun == noun).limit(limit)).all() for noun in nouns
        }
    words = sqlite_words(session, _words_to_match(query))
    if words is None:
        return {}
    return {
        noun: session.scalars(_matched(every, query, sqlite_match(words, noun), window).limit(limit)).all()
        for noun in nouns
    }


def _one_by_one(session: Session, wanted: Select[SearchEntry], nouns: Sequence[Noun], limit: int) -> Newest:
    """Look through everything that is left once: a search in every noun costs no more than in one."""
    identifiers: dict[str, list[int]] = defaultdict(list)
    within = wanted.where(SearchEntry.noun.in_(nouns))
    for identifier, noun in session.execute(within.with_only_columns(SearchEntry.id, SearchEntry.noun)):
        identifiers[noun].append(identifier)
    return {
        noun: session.scalars(
            select(SearchEntry).where(SearchEntry.id.in_(found[:limit])).order_by(SearchEntry.id.desc())
        ).all()
        for noun, found in identifiers.items()
    }


def _matched(
    every: Select[SearchEntry], query: SearchQuery, match: str, window: Window | None
) -> Select[SearchEntry]:
    rowid = literal_column("search_text.rowid", Integer())
    wanted = every.join(table("search_text"), rowid == SearchEntry.id)
    if query.before_entry is not None:
        wanted = wanted.where(rowid < query.before_entry)
    if window is not None:
        wanted = wanted.where(rowid.between(window.first, window.last))
    # The index gives its rows in this order by itself, so that a search for what is everywhere ends early.
    matches = text("search_text MATCH :words").bindparams(bindparam("words", match))
    return wanted.where(matches).order_by(rowid.desc())


def _with_grams(wanted: Select[SearchEntry], query: SearchQuery) -> Select[SearchEntry]:
    pieces = [piece for word in query.text.split() for piece in grams(word)]
    if not pieces:
        return wanted
    indexed = func.search_grams(SearchEntry.text)
    return wanted.where(indexed.op("@>")(cast(literal(pieces, ARRAY(Text)), ARRAY(Text))))


def _looked_through(wanted: Select[SearchEntry], query: SearchQuery) -> Select[SearchEntry]:
    for word in query.text.split():
        wanted = wanted.where(SearchEntry.text.icontains(word, autoescape=True))
    return wanted.order_by(SearchEntry.id.desc())


def _wanted(wanted: Select[SearchEntry], query: SearchQuery) -> Select[SearchEntry]:
    conditions: tuple[tuple[object, InstrumentedAttribute[Any], Callable[..., Any]], ...] = (
        (query.kind, SearchEntry.kind, eq),
        (query.actor, SearchEntry.actor, eq),
        (query.port_call_id, SearchEntry.port_call_id, eq),
        (query.happened_from, SearchEntry.occurred_at, ge),
        (query.happened_before, SearchEntry.occurred_at, lt),
        (query.before_entry, SearchEntry.id, lt),
    )
    return wanted.where(*(holds(column, value) for value, column, holds in conditions if value is not None))


def _words_to_match(query: SearchQuery) -> list[str]:
    """Kind and actor of a record are in its text, so that the index narrows by them too."""
    words = query.text.split()
    if query.noun != ["record"]:
        return words
    return words + [word for word in (query.kind, query.actor) if word is not None]


def _window(session: Session, query: SearchQuery) -> Window | None:
    """Give which entries happened between the moments that are asked for; read from their index alone."""
    if query.happened_from is None and query.happened_before is None:
        return None
    wanted = select(func.count(), func.min(SearchEntry.id), func.max(SearchEntry.id))
    if query.happened_from is not None:
        wanted = wanted.where(SearchEntry.occurred_at >= query.happened_from)
    if query.happened_before is not None:
        wanted = wanted.where(SearchEntry.occurred_at < query.happened_before)
    count, first, last = session.execute(wanted).one()
    return Window(count=count, first=first or 0, last=last or 0)
