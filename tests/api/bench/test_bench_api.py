"""Evidence: a small run on real processes; goals held against figures worked out by hand; load on a scripted server."""

import json
from pathlib import Path

import pytest
from scripted_server import answer, scripted

from api.bench import api_load
from api.bench.api import Sizes, as_plain, measure
from api.bench.api_figures import ApiFigures, goal_rows, print_figures
from api.bench.api_load import CLIENTS, LoadFigures, Route, Target
from api.bench.api_upload import UploadFigures, made_video
from api.bench.records import VerificationSpeed

VERIFIED = VerificationSpeed(
    record_count=1_000_000,
    fill_s=1.0,
    database_s=8.0,
    export_s=1.0,
    export_size_bytes=1,
    verify_export_s=12.5,
)
UPLOADED = UploadFigures(size_bytes=1_000_000_000, pairs=5, copy_s=1.0, upload_s=1.25, speed_share=0.8)
FIGURES = ApiFigures(
    machine="by hand", load=(), appended_per_s=1.0, verification=VERIFIED, search=None, upload=UPLOADED
)


def test_goals_are_held_against_what_was_measured() -> None:
    rows = {row.figure: (row.measured, row.met) for row in goal_rows(FIGURES)}
    assert rows == {
        "verified in the database, records/s and core": (125_000.0, True),
        "verified of an export, records/s and core": (80_000.0, False),
        "upload by a plain copy with its hash, %": (80.0, True),
    }


def test_what_is_missed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_figures(FIGURES)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines if "records/s and core" in line] == ["yes", "NO"]


def test_refusals_are_counted_and_the_first_answer_of_a_client_is_not() -> None:
    answers = [answer("200 OK", b"{}"), answer("404 Not Found", b"{}")]
    with scripted(answers) as server:
        target = Target(host="127.0.0.1", port=server.port, token="t")  # noqa: S106 (nobody's)
        route = Route(name="r", method="POST", path="/p", body=lambda number: {"number": number})
        figures = api_load.measure_route(target, route, clients=1, duration_s=0.0)
        assert (figures.requests, figures.refused) == (1, 1)
        assert [json.loads(body) for _, body in server.requests] == [{"number": 1}, {"number": 2}]
        assert server.header(0, "Authorization") == "Bearer t"


def test_a_made_video_has_its_size_and_no_two_are_alike(tmp_path: Path) -> None:
    first, second = (made_video(tmp_path / name, size_bytes=1_500_000) for name in ("a.mp4", "b.mp4"))
    assert first.stat().st_size == second.stat().st_size == 1_500_000
    assert first.read_bytes() != second.read_bytes()


@pytest.mark.soak
def test_a_small_run_measures_everything_on_a_real_service(tmp_path: Path) -> None:
    sizes = Sizes(records=50, appended=3, searches=2, upload_bytes=1_000_000, upload_pairs=1, route_s=0.05)
    figures = measure(tmp_path, sizes, database_url=None)
    plain = json.loads(json.dumps(as_plain(figures), allow_nan=False))
    assert len(plain["goals"]) == 4
    assert plain["verification"]["record_count"] == 50
    by_clients: dict[int, list[LoadFigures]] = {count: [] for count in CLIENTS}
    for row in figures.load:
        by_clients[row.clients].append(row)
        assert row.refused == 0, row
        assert row.requests >= row.clients
        assert 0 < row.p50_ms <= row.p99_ms
    assert len({len(rows) for rows in by_clients.values()}) == 1
