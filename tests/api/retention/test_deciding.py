"""Evidence: hand-made stores, and properties over any store: what is young or within limits stays, order by age."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.retention.deciding import SETTLING, FileFacts, decide
from api.retention.policy import Limit, RetentionClass

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
UNLIMITED = {name: Limit(max_age=None, max_total_bytes=None) for name in RetentionClass}


def file(name: str, *, days: float, size_bytes: int = 10, kind: str = "footage") -> FileFacts:
    return FileFacts(
        area="objects",
        sha256=name,
        size_bytes=size_bytes,
        retention_class=RetentionClass(kind),
        stored_at=NOW - timedelta(days=days),
    )


def chosen(files: list[FileFacts], limits: dict[RetentionClass, Limit], totals_bytes: int = 0) -> list[str]:
    totals = dict.fromkeys(RetentionClass, totals_bytes)
    return [
        item.file.sha256 for item in decide(files, limits=UNLIMITED | limits, totals_bytes=totals, now=NOW)
    ]


def test_nothing_is_deleted_that_nobody_limited() -> None:
    assert chosen([file("a", days=10_000)], {}, totals_bytes=2**60) == []


def test_age_by_hand() -> None:
    limits = {RetentionClass.FOOTAGE: Limit(max_age=timedelta(days=30), max_total_bytes=None)}
    files = [file("young", days=29.9), file("old", days=30.1), file("other", days=99, kind="derived")]
    assert chosen(files, limits) == ["old"]


def test_size_takes_the_oldest_until_the_rest_fits_and_counts_what_is_held() -> None:
    limits = {RetentionClass.FOOTAGE: Limit(max_age=None, max_total_bytes=35)}
    files = [file("c", days=1), file("a", days=3), file("b", days=2)]
    assert chosen(files, limits, totals_bytes=50) == ["a", "b"], "20 of the 50 bytes are held by records"
    assert chosen(files, limits, totals_bytes=35) == []
    assert chosen(files, limits, totals_bytes=36) == ["a"]


def test_what_has_just_been_stored_stays_whatever_is_declared() -> None:
    limits = {RetentionClass.UNREFERENCED: Limit(max_age=timedelta(seconds=1), max_total_bytes=0)}
    just = file("new", days=(SETTLING - timedelta(minutes=1)) / timedelta(days=1), kind="unreferenced")
    assert chosen([just], limits, totals_bytes=10) == []


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.integers(0, 50), st.sampled_from(["footage", "derived", "evidence"])),
        max_size=20,
    ),
    st.one_of(st.none(), st.floats(0.5, 90)),
    st.one_of(st.none(), st.integers(0, 500)),
)
def test_what_is_left_keeps_the_policy_and_nothing_goes_without_need(
    items: list[tuple[float, int, str]], max_age_days: float | None, max_total_bytes: int | None
) -> None:
    files = [
        file(f"{number}", days=days, size_bytes=size, kind=kind)
        for number, (days, size, kind) in enumerate(items)
    ]
    max_age = None if max_age_days is None else timedelta(days=max_age_days)
    limits = UNLIMITED | {RetentionClass.FOOTAGE: Limit(max_age=max_age, max_total_bytes=max_total_bytes)}
    footage = [item for item in files if item.retention_class is RetentionClass.FOOTAGE]
    total = sum(item.size_bytes for item in footage)
    gone = [
        item.file
        for item in decide(files, limits=limits, totals_bytes={RetentionClass.FOOTAGE: total}, now=NOW)
    ]

    assert all(item.retention_class is RetentionClass.FOOTAGE for item in gone)
    assert gone == sorted(gone, key=lambda item: (item.stored_at, item.sha256))
    left = [item for item in footage if item not in gone and NOW - item.stored_at >= SETTLING]
    young = sum(item.size_bytes for item in footage if NOW - item.stored_at < SETTLING)
    if max_age is not None:
        assert all(NOW - item.stored_at <= max_age for item in left)
    if max_total_bytes is not None and left and any(item.size_bytes for item in left):
        assert sum(item.size_bytes for item in left) + young <= max_total_bytes
    if max_age is None and max_total_bytes is None:
        assert gone == []
