"""Writes what is looked for in the language of each database's index.

Source: SQLite "FTS5 Extension", trigram tokenizer and fts5vocab; PostgreSQL "GIN Indexes".
Left out: which rows are wanted apart from their text (`repository.py`).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.orm import Session

from api.search.schemas import Noun

TRIGRAM = 3
BIGRAM = 2
MOST_BEGINNINGS = 4000
HIGHEST_CHARACTER = "\U0010ffff"
# As written by the triggers of migration 0005: one trigram for each noun.
FACETS: Mapping[Noun, str] = MappingProxyType(
    {
        "vessel": "vvv",
        "port_call": "ccc",
        "party": "ppp",
        "lot": "lll",
        "document": "ddd",
        "finding": "fff",
        "seal": "sss",
        "storage": "ooo",
        "transfer": "ttt",
        "record": "rrr",
    }
)
_BEGINNINGS = text(
    "SELECT term FROM search_terms WHERE term >= :low AND term < :high ORDER BY term LIMIT :most"
)


def sqlite_words(session: Session, words: Sequence[str]) -> str | None:
    """Write words as an FTS5 expression; None where the index shows that one occurs nowhere.

    A word of one or two characters is one of the trigrams that begin with it: the text is indexed with two
    blanks behind it, so that every character begins one.
    """
    parts = []
    for word in words:
        terms = [word] if len(word) >= TRIGRAM else _beginnings(session, word)
        if not terms:
            return None
        parts.append("text : (" + " OR ".join(_quoted(term) for term in terms) + ")")
    return " AND ".join(parts)


def sqlite_match(words: str, noun: Noun) -> str:
    """Keep words to one noun."""
    return f'facet : "{FACETS[noun]}" AND {words}'


def grams(word: str) -> list[str]:
    """Cut a word as the index of PostgreSQL cuts text: by three characters, else by two; one is no piece.

    >>> grams("Soya"), grams("大豆"), grams("豆")
    (['soy', 'oya'], ['大豆'], [])
    """
    size = min(TRIGRAM, len(word))
    if size < BIGRAM:
        return []
    plain = word.lower()
    return [plain[start : start + size] for start in range(len(plain) - size + 1)]


def _beginnings(session: Session, word: str) -> list[str]:
    low = word.lower()
    bounds = {"low": low, "high": low + HIGHEST_CHARACTER, "most": MOST_BEGINNINGS}
    return list(session.scalars(_BEGINNINGS, bounds))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
