"""Shapes of a search and of what it finds.

Source: `api.storage.tables.SearchEntry`.
Left out: the things themselves; every hit says where it can be read.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from api.cursor import LONGEST_CURSOR_CHARACTERS, number
from api.schemas import Body, Instant, Name, View

Noun = Literal[
    "vessel",
    "port_call",
    "party",
    "lot",
    "document",
    "finding",
    "seal",
    "storage",
    "transfer",
    "record",
]
MOST_WORDS = 8


def _few_words(text: str) -> str:
    if len(text.split()) > MOST_WORDS:
        raise ValueError(f"has more than {MOST_WORDS} words")
    return text


SearchText = Annotated[Name, AfterValidator(_few_words)]


class SearchQuery(Body):
    """What is looked for. Every word must occur somewhere, as it is or within a longer one."""

    text: SearchText = Field(description="Chinese or Latin, from one character on.", examples=["大豆"])
    noun: list[Noun] = Field(default_factory=list, description="Only these; all when it is left out.")
    kind: Name | None = Field(
        default=None,
        description="Kind of a record or paper, role of a party, way of a transfer.",
        examples=["reading.made"],
    )
    actor: Name | None = Field(default=None, description="Who asserted a record.")
    port_call_id: UUID | None = None
    happened_from: Instant | None = None
    happened_before: Instant | None = None
    cursor: Annotated[str, Field(max_length=LONGEST_CURSOR_CHARACTERS)] | None = Field(
        default=None, description="`next_cursor` of a group of the page before, with that one noun."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def before_entry(self) -> int | None:
        """The entry that the page before ended with.

        Raises:
            InvalidRequestError: the cursor was not given out for this search, or there are several nouns.
        """
        if self.cursor is None:
            return None
        return number(self.scope_of(self.noun[0] if len(set(self.noun)) == 1 else ""), self.cursor)

    def scope_of(self, noun: str) -> str:
        """Name the search for things of one noun, so that a cursor goes with it alone."""
        asked = self.model_dump(mode="json", exclude={"cursor", "limit", "noun"})
        return f"search {noun} {sorted(asked.items())}"


class SearchHit(View):
    """One thing that was found."""

    noun: Noun
    id: UUID
    port_call_id: UUID | None
    kind: str | None
    actor: str | None
    occurred_at: Instant | None
    excerpt: str = Field(description="The text around the first word.")
    url: str


class SearchGroup(View):
    """What was found of one noun, the newest first."""

    noun: Noun
    items: list[SearchHit]
    next_cursor: str | None = Field(
        description="Ask again with this as `cursor` and the noun; null at the end."
    )


class SearchResult(View):
    """What was found, noun by noun; nouns of which nothing was found are left out."""

    groups: list[SearchGroup]
