"""Evidence: docs/records.md against the classes, stored payloads against their kinds, and RFC 8785 twice."""

from typing import Any

import pytest
import rfc8785
from chained_records import Chain
from hypothesis import given
from hypothesis import strategies as st
from shared_data import REPOSITORY
from sqlalchemy import select

from api.records import registry, rows
from api.records.chain import Entry
from api.records.repository import entry_of
from api.storage.tables import Record

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner)
    ),
    max_leaves=12,
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def test_the_page_of_kinds_is_true() -> None:
    page = (REPOSITORY / "docs" / "records.md").read_text(encoding="utf-8")
    assert page == registry.page(), "hullmark records kinds > docs/records.md"


def test_every_kind_is_named_after_its_room_and_says_what_it_is() -> None:
    for (kind, version), payload in registry.payload_types().items():
        assert kind.count(".") == 1, kind
        assert version >= 1
        assert (payload.__doc__ or "").strip(), kind


def test_a_payload_that_does_not_fit_its_kind_is_named() -> None:
    assert registry.misfit("survey.computed", 1, {"survey_id": 3}) is not None
    assert "is no kind" in str(registry.misfit("survey.imagined", 1, {}))
    body = {"flight_id": "x", "stage": "initial", "name": "左舷"}
    assert registry.misfit("flight.announced", 1, body) is None


@given(payload=st.dictionaries(TEXT, JSON, max_size=4), actor=TEXT, kind=TEXT)
def test_the_joined_texts_of_a_row_are_the_canonical_json(payload: Any, actor: str, kind: str) -> None:
    # Cross-check: rfc8785 over the whole record, against the texts of the columns put side by side.
    entry = Entry(
        sequence=7, id="i", kind=kind, subject_kind="s", subject_id="j", port_call_id=None, occurred_at="t",
        occurred_at_source="u", recorded_at="v", actor=actor, payload_version=1, payload=payload,
        evidence=[], causes=[],
    )  # fmt: skip
    row: Any = (
        7, "", "", "", actor, "[]", "[]", "i", kind, "t", "u", rfc8785.dumps(payload).decode(), 1, None, "v", "j", "s",
    )  # fmt: skip
    assert rows._content(row) == entry.content()


@pytest.mark.parametrize("text", ["", "船 ⚓ 🚢", '\u2028\x1f\x7f"\\/', "\ue000𐀀"])
def test_what_a_database_gives_back_is_what_was_hashed(chain: Chain, text: str) -> None:
    chain.note(text or "x", evidence=[b"a"])
    with chain.database.reading() as session:
        record = session.scalars(select(Record)).one()
        ((link, previous, content),) = rows.chain_after(session)
        assert content == entry_of(record).content()
        assert (link.sequence, link.sha256, previous) == (1, record.sha256, "0" * 64)
