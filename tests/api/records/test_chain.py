"""Evidence: an independent computation of the hash, and properties: no change, loss or move goes unseen."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records.chain import (
    GENESIS_SHA256,
    MAX_FAULTS,
    Entry,
    KnownHead,
    Link,
    link_sha256,
    sha256_of,
    verify_chain,
)

TEXT_FIELDS = (
    "id",
    "kind",
    "subject_kind",
    "subject_id",
    "occurred_at",
    "occurred_at_source",
    "recorded_at",
    "actor",
)


Places = list[tuple[Link, bytes]]


def entry(sequence: int, **changes: Any) -> Entry:
    plain = Entry(
        sequence=sequence,
        id=f"0190d0a4-7b3c-7c7e-8d59-{sequence:012d}",
        kind="port_call.milestone_reached",
        subject_kind="port_call",
        subject_id="0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10",
        port_call_id=None,
        occurred_at="2026-05-04T06:30:00.000000Z",
        occurred_at_source="stated",
        recorded_at="2026-05-04T06:30:01.000000Z",
        actor="unauthenticated@127.0.0.1",
        payload_version=1,
        payload={"name": "berthed", "draft_m": 9.25, "note": None},
        evidence=[],
        causes=[],
    )
    return replace(plain, **changes)


def place(item: Entry, previous: str) -> tuple[Link, bytes]:
    content = item.content()
    of_content = sha256_of(content)
    return Link(item.sequence, of_content, link_sha256(previous, of_content)), content


def chain(length: int) -> Places:
    places: Places = []
    previous = GENESIS_SHA256
    for sequence in range(1, length + 1):
        places.append(place(entry(sequence), previous))
        previous = places[-1][0].sha256
    return places


def found(places: Places, **options: Any) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.sequence) for fault in verify_chain(places, **options).faults]


def test_the_content_is_sha256_of_canonical_json() -> None:
    # Independent: for ASCII text and such numbers, sorted keys without spaces are what RFC 8785 asks for.
    first = entry(1)
    fields = {name: getattr(first, name) for name in Entry.__dataclass_fields__}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert sha256_of(first.content()) == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_the_link_is_sha256_of_two_hashes_as_text() -> None:
    # By hand: printf %s%s $(printf '0%.0s' $(seq 64)) $(printf 'a%.0s' $(seq 64)) | sha256sum
    assert link_sha256("0" * 64, "a" * 64).startswith("6b0440c1ce48fe6b")


def test_numbers_are_written_as_rfc_8785_says_and_so_survive_storage() -> None:
    # Published vectors: RFC 8785 appendix B writes 1.0 as 1, and 1e21 with its sign.
    one = entry(1, payload={"a": 1.0, "b": 1e21, "c": 0.1})
    same = entry(1, payload=json.loads('{"c": 1e-1, "b": 1000000000000000000000.0, "a": 1}'))
    assert one.content() == same.content()
    assert b'"payload":{"a":1,"b":1e+21,"c":0.1}' in one.content()


def test_a_whole_chain_holds_and_so_it_does_without_contents() -> None:
    places = chain(5)
    for items in (places, [(link, None) for link, _ in places]):
        report = verify_chain(items)
        assert (report.intact, report.record_count, report.head_sequence) == (True, 5, 5)
        assert report.head_sha256 == places[-1][0].sha256


def test_an_empty_chain_holds() -> None:
    report = verify_chain([])
    assert (report.intact, report.head_sequence, report.head_sha256) == (True, 0, GENESIS_SHA256)


@given(st.integers(0, 5), st.data())
def test_no_changed_byte_of_a_content_goes_unseen(number: int, data: st.DataObject) -> None:
    places = chain(6)
    link, content = places[number]
    at = data.draw(st.integers(0, len(content) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    places[number] = (link, content[:at] + bytes([value]) + content[at + 1 :])
    assert found(places) == [("changed", number + 1)]


@given(st.integers(0, 4))
def test_no_record_lost_before_the_end_goes_unseen(number: int) -> None:
    places = chain(6)
    del places[number]
    assert found(places) == [("missing", number + 1), ("broken_link", number + 2)]


@given(st.integers(0, 4))
def test_no_swap_goes_unseen(number: int) -> None:
    places = chain(6)
    places[number], places[number + 1] = places[number + 1], places[number]
    assert {"missing", "reordered", "broken_link"} <= {kind for kind, _ in found(places)}


@given(st.integers(0, 4))
def test_a_record_rewritten_with_its_hashes_breaks_the_next_link(number: int) -> None:
    places = chain(6)
    previous = places[number - 1][0].sha256 if number else GENESIS_SHA256
    places[number] = place(entry(number + 1, actor="someone else"), previous)
    assert found(places) == [("broken_link", number + 2)]


def test_a_removed_end_is_seen_by_who_noted_the_head() -> None:
    places = chain(6)
    noted = KnownHead(sequence=6, sha256=places[-1][0].sha256)
    assert found(places, known_head=noted) == []
    assert found(places[:5]) == []
    assert found(places[:5], known_head=noted) == [("head_not_found", 6)]


def test_a_head_noted_earlier_is_found_in_a_longer_chain() -> None:
    places = chain(6)
    assert found(places, known_head=KnownHead(sequence=3, sha256=places[2][0].sha256)) == []


def test_all_faults_are_counted_and_the_first_are_told() -> None:
    report = verify_chain([(link, b"x") for link, _ in chain(MAX_FAULTS + 5)])
    assert (report.fault_count, len(report.faults)) == (MAX_FAULTS + 5, MAX_FAULTS)


@pytest.mark.parametrize("value", [float("nan"), 2**60])
def test_a_number_that_is_not_exact_in_json_cannot_be_hashed(value: float) -> None:
    with pytest.raises(ValueError, match=r".*"):
        entry(1, payload={"a": value}).content()
