"""Reading a case from disk: every way a file can be wrong gives one sentence that names it."""

import json
import os
from pathlib import Path

import pytest

from api.surveys import case_file
from api.surveys.case_errors import CaseFileError
from api.surveys.case_file import read_case_file, read_table_rows

CASE: dict[str, object] = {"vessel": {}, "hydrostatic_table": {}, "method": {}, "conditions": []}


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_byte_order_mark_and_a_chinese_emoji_file_name_are_no_hindrance(tmp_path: Path) -> None:
    path = written(tmp_path / "安信山 🚢.json", b"\xef\xbb\xbf" + json.dumps(CASE).encode())
    assert read_case_file(path).mapping == CASE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text"),
        (json.dumps(CASE).encode("utf-16"), "is not UTF-8 text"),
        (b"{", "is not valid JSON"),
        (b'{"conditions": NaN}', "NaN is not a JSON number"),
        (b'{"conditions": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"conditions": 1e999}', "1e999 is beyond the largest number"),
        (b'{"vessel": {"lightship_t": 1, "lightship_t": 2}}', "'lightship_t' occurs twice"),
        (b'{"conditions": "\\ud800"}', "surrogates not allowed"),
        (b"[1]", "holds a JSON list"),
        (b'"x"', "holds a JSON string"),
        (b"null", "holds a JSON null"),
        (b"7", "holds a JSON number"),
        (b'{"id": 1, "items": []}', "no `conditions`, only id, items"),
        (b"{}", "no `conditions`, only nothing"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"conditions": ' + b"9" * 5000 + b"}", "is not valid JSON"),
    ],
)
def test_what_is_no_case_is_refused_with_what_a_case_has(tmp_path: Path, content: bytes, reason: str) -> None:
    path = written(tmp_path / "case.json", content)
    with pytest.raises(CaseFileError) as caught:
        read_case_file(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "vessel, hydrostatic_table, method, conditions" in str(caught.value)


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (
        ("none.json", "No such file"),
        (".", "is a folder"),
        ("pipe", "not an ordinary file"),
    ):
        with pytest.raises(CaseFileError, match=reason):
            read_case_file(tmp_path / name)


def test_a_file_beyond_the_limit_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_file, "LARGEST_CASE_BYTES", 10)
    with pytest.raises(CaseFileError, match="larger than 10 bytes"):
        read_case_file(written(tmp_path / "case.json", json.dumps(CASE)))


def case_naming(folder: Path, table: object) -> Path:
    case = CASE | {"hydrostatic_table": {"file": table}}
    return written(folder / "case.json", json.dumps(case))


def test_the_table_beside_the_case_is_read_without_its_comments(tmp_path: Path) -> None:
    written(
        tmp_path / "hydro.csv", "# ship's own book\ndraft_m, displacement_t\n# light\n5,1000\n\n6.5,1300.25\n"
    )
    rows = read_case_file(case_naming(tmp_path, "hydro.csv")).table_rows
    assert rows == [{"draft_m": 5.0, "displacement_t": 1000.0}, {"draft_m": 6.5, "displacement_t": 1300.25}]


def test_a_table_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    content = "\ufeff  # light\r\n,,\r\ndraft_m,lcf_m,\r\n5, .5,\r\n,,\r\n6.,-.25,\r\n"
    rows = read_table_rows(written(tmp_path / "hydro.csv", content))
    assert rows == [{"draft_m": 5.0, "lcf_m": 0.5}, {"draft_m": 6.0, "lcf_m": -0.25}]


def test_a_table_that_cannot_be_read_is_named_with_its_case(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match=r"none\.csv: the table of case\.json: No such file"):
        read_case_file(case_naming(tmp_path, "none.csv"))


def test_a_table_name_that_links_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(CaseFileError, match=r"case\.json"):
        read_case_file(case_naming(tmp_path, "loop"))


def test_a_blank_cell_is_missing_and_never_zero(tmp_path: Path) -> None:
    rows = read_table_rows(written(tmp_path / "hydro.csv", "draft_m,mctc_tm_per_cm\n5,\n"))
    assert rows == [{"draft_m": 5.0}]


@pytest.mark.parametrize("name", ["../hydro.csv", "/etc/hostname", "a/../../hydro.csv", "link.csv"])
def test_a_table_outside_the_folder_of_the_case_is_not_touched(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    written(tmp_path / "hydro.csv", "draft_m\n5\n")
    (folder / "link.csv").symlink_to(tmp_path / "hydro.csv")
    with pytest.raises(CaseFileError, match="leads out of its folder"):
        read_case_file(case_naming(folder, name))


@pytest.mark.parametrize("name", [7, "", ["hydro.csv"], "a\0b", True])
def test_a_table_name_that_is_no_file_name_is_refused(tmp_path: Path, name: object) -> None:
    with pytest.raises(CaseFileError, match=r"hydrostatic_table\.file is"):
        read_case_file(case_naming(tmp_path, name))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("# only words\n", "has no header line"),
        ("draft_m,displacement_t\n5\n", "line 2 has 1 cells under 2 columns"),
        ("draft_m;displacement_t\n5,0;1000\n", "line 2 has 2 cells under 1 columns"),
        ("draft_m\n5\n# note\nfive\n", "line 4, draft_m: 'five' is not a number"),
        ("draft_m\nnan\n", "line 2, draft_m: 'nan' is not a number"),
        ("draft_m\n1_000\n", "line 2, draft_m: '1_000' is not a number"),
        ('draft_m\n"5\n', "line 2 is no line of a CSV"),
        ('draft_m,lcf_m\n"5\n",0\n', "line 2 is no line of a CSV"),
        ("draft_m,lcf_m,draft_m\n5,0,6\n", "line 1 has the column draft_m twice"),
    ],
)
def test_a_broken_table_is_refused_by_line_and_column(tmp_path: Path, content: str, reason: str) -> None:
    path = written(tmp_path / "hydro.csv", content)
    with pytest.raises(CaseFileError, match="comma") as caught:
        read_table_rows(path)
    assert reason in str(caught.value)


def test_a_case_without_a_table_file_has_no_rows(tmp_path: Path) -> None:
    tables: tuple[object, ...] = ({}, [], 7, {"rows": []})
    for table in tables:
        path = written(tmp_path / "case.json", json.dumps(CASE | {"hydrostatic_table": table}))
        assert read_case_file(path).table_rows is None
