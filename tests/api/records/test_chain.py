"""Evidence: an independent computation of the hash, and properties: no change, loss or move goes unseen."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records.chain import GENESIS_SHA256, MAX_FAULTS, Entry, KnownHead, StoredEntry, verify_chain

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


def entry(sequence: int, previous_sha256: str, **changes: Any) -> Entry:
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
        previous_sha256=previous_sha256,
    )
    return replace(plain, **changes)


def chain(length: int) -> list[StoredEntry]:
    links: list[StoredEntry] = []
    previous = GENESIS_SHA256
    for sequence in range(1, length + 1):
        link = entry(sequence, previous)
        previous = link.sha256()
        links.append(StoredEntry(entry=link, sha256=previous))
    return links


def test_the_hash_is_sha256_of_canonical_json() -> None:
    # Independent: for ASCII text and such numbers, sorted keys without spaces are what RFC 8785 asks for.
    first = entry(1, GENESIS_SHA256)
    fields = {name: getattr(first, name) for name in Entry.__dataclass_fields__}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert first.sha256() == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_numbers_are_written_as_rfc_8785_says_and_so_survive_storage() -> None:
    # Published vectors: RFC 8785 appendix B writes 1.0 as 1, and 1e21 with its sign.
    one = entry(1, GENESIS_SHA256, payload={"a": 1.0, "b": 1e21, "c": 0.1})
    same = entry(1, GENESIS_SHA256, payload=json.loads('{"c": 1e-1, "b": 1000000000000000000000.0, "a": 1}'))
    assert one.sha256() == same.sha256()


def test_a_whole_chain_holds() -> None:
    links = chain(5)
    report = verify_chain(links)
    assert (report.intact, report.record_count, report.head_sequence) == (True, 5, 5)
    assert report.head_sha256 == links[-1].sha256


def test_an_empty_chain_holds() -> None:
    report = verify_chain([])
    assert (report.intact, report.head_sequence, report.head_sha256) == (True, 0, GENESIS_SHA256)


@given(st.integers(0, 5), st.sampled_from(TEXT_FIELDS), st.text(min_size=1, max_size=5))
def test_no_changed_text_goes_unseen(place: int, field: str, added: str) -> None:
    links = chain(6)
    link = links[place]
    changed = getattr(link.entry, field) + added.encode("utf-8", "replace").decode()
    links[place] = replace(link, entry=replace(link.entry, **{field: changed}))
    report = verify_chain(links)
    assert [(fault.kind, fault.sequence) for fault in report.faults] == [("changed", place + 1)]


@given(st.integers(0, 5), st.floats(allow_nan=False, allow_infinity=False))
def test_no_changed_number_goes_unseen(place: int, value: float) -> None:
    links = chain(6)
    link = links[place]
    links[place] = replace(link, entry=replace(link.entry, payload={**link.entry.payload, "draft_m": value}))
    assert verify_chain(links).intact is (value == 9.25)


@given(st.integers(0, 4))
def test_no_record_lost_before_the_end_goes_unseen(place: int) -> None:
    links = chain(6)
    del links[place]
    kinds = {fault.kind for fault in verify_chain(links).faults}
    assert kinds == {"missing", "broken_link"}


@given(st.integers(0, 4))
def test_no_swap_goes_unseen(place: int) -> None:
    links = chain(6)
    links[place], links[place + 1] = links[place + 1], links[place]
    assert not verify_chain(links).intact


@given(st.integers(0, 4))
def test_a_record_rewritten_with_its_hash_breaks_the_next_link(place: int) -> None:
    links = chain(6)
    forged = replace(links[place].entry, actor="someone else")
    links[place] = StoredEntry(entry=forged, sha256=forged.sha256())
    report = verify_chain(links)
    assert [(fault.kind, fault.sequence) for fault in report.faults] == [("broken_link", place + 2)]


def test_a_removed_end_is_seen_by_who_noted_the_head() -> None:
    links = chain(6)
    noted = KnownHead(sequence=6, sha256=links[-1].sha256)
    assert verify_chain(links, known_head=noted).intact
    assert verify_chain(links[:5]).intact
    report = verify_chain(links[:5], known_head=noted)
    assert [(fault.kind, fault.sequence) for fault in report.faults] == [("head_not_found", 6)]


def test_a_head_noted_earlier_is_found_in_a_longer_chain() -> None:
    links = chain(6)
    assert verify_chain(links, known_head=KnownHead(sequence=3, sha256=links[2].sha256)).intact


def test_all_faults_are_counted_and_the_first_are_told() -> None:
    links = [replace(link, entry=replace(link.entry, actor="x")) for link in chain(MAX_FAULTS + 5)]
    report = verify_chain(links)
    assert (report.fault_count, len(report.faults)) == (MAX_FAULTS + 5, MAX_FAULTS)


@pytest.mark.parametrize("value", [float("nan"), 2**60])
def test_a_number_that_is_not_exact_in_json_cannot_be_hashed(value: float) -> None:
    with pytest.raises(ValueError, match=r".*"):
        entry(1, GENESIS_SHA256, payload={"a": value}).sha256()
