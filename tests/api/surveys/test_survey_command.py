"""`hullmark survey` as a person calls it: a box of known weight, a real published case, and everything refused.

The box: 100 m x 20 m in water of 1.025 t/m3 weighs 2050 t a metre, so 2 m to 5 m is 6150 t, less 150 t of water
pumped out on the way: 6300 t of cargo, by hand.
"""

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from shared_data import SHARED, needs_shared

from api.cli import main
from api.surveys.case_errors import CaseRefusedError, ReportPathError
from api.surveys.command import document_of_case, write_report

Run = Callable[..., tuple[int, str, str]]
CASES = SHARED / "data" / "surveys"
BOX_T_PER_M = 100 * 20 * 1.025


def box_condition(stage: str, draft_m: float, ballast_t: float) -> dict[str, Any]:
    marks = [f"{mark}_{side}" for mark in ("forward", "midship", "aft") for side in ("port", "starboard")]
    return {
        "stage": stage,
        "draft_readings_m": dict.fromkeys(marks, draft_m),
        "marks_forward_of_reference_m": {"forward": 0, "midship": 0, "aft": 0},
        "dock_density_t_per_m3": 1.025,
        "deductibles_t": {"ballast": ballast_t},
        "list_correction": "none",
    }


def box_case() -> dict[str, Any]:
    return {
        "id": "box",
        "vessel": {
            "name": "方舟 ⚓",
            "length_between_perpendiculars_m": 100,
            "breadth_m": 20,
            "lightship_t": 3000,
        },
        "hydrostatic_table": {
            "density_t_per_m3": 1.025,
            "lcf_reference": "aft_of_midships",
            "draft_basis": "extreme",
            "file": "box.csv",
        },
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
        "conditions": [box_condition("initial", 2.0, 250.0), box_condition("final", 5.0, 100.0)],
        "expected": {"cargo_t": 6300.0, "from": "initial", "to": "final"},
    }


@pytest.fixture
def box(tmp_path: Path) -> Path:
    rows = [f"{draft},{BOX_T_PER_M * draft},20.5,170.8,0" for draft in (1, 2, 3, 4, 5, 6)]
    head = ["# a box", "draft_m,displacement_t,tpc_t_per_cm,mctc_tm_per_cm,lcf_m"]
    (tmp_path / "box.csv").write_text("\n".join([*head, *rows]), encoding="utf-8")
    return written(tmp_path, box_case())


def written(folder: Path, case: object) -> Path:
    path = folder / "方舟 🚢.json"
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hullmark", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, shown.out, shown.err

    return called


def test_the_box_weighs_what_a_box_weighs(box: Path, run: Run) -> None:
    code, out, err = run("survey", box, "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["cargo_t"] == pytest.approx(6300.0, abs=1e-6)
    assert (document["cargo_from"], document["cargo_to"]) == ("initial", "final")
    assert document["u95_t"] > 0
    assert document["conditions"][1]["net_displacement_t"] == pytest.approx(5 * BOX_T_PER_M - 100, abs=1e-6)


@pytest.mark.parametrize(("lang", "words"), [("zh", "货物重量"), ("en", "Cargo weight")])
def test_the_table_on_the_terminal_shows_weight_and_interval(
    box: Path, run: Run, lang: str, words: str
) -> None:
    code, out, _err = run("survey", box, "--lang", lang)
    assert code == 0
    assert f"{words}  6 300.000 t  ± " in out
    assert "方舟 ⚓" in out


def test_certificate_sheet_and_workbook_are_written_in_one_call(box: Path, run: Run, tmp_path: Path) -> None:
    certificate, sheet, book = (tmp_path / name for name in ("证书.pdf", "sheet.pdf", "book.xlsx"))
    code, out, _err = run(
        "survey", box, "--pdf", certificate, "--sheet", sheet, "--xlsx", book, "--lang", "zh", "--json"
    )
    assert code == 0
    assert json.loads(out)["cargo_t"] == pytest.approx(6300.0)
    for path, title in ((certificate, "水尺计重证书"), (sheet, "水尺计重计算单")):
        pdf = pypdfium2.PdfDocument(path.read_bytes())
        text = pdf[0].get_textpage().get_text_range()
        pdf.close()
        assert title in text
        assert "6 300.000 t" in text
    assert len(openpyxl.load_workbook(BytesIO(book.read_bytes())).sheetnames) == 6
    assert not list(tmp_path.glob(".*.part"))


@needs_shared
def test_the_published_case_of_newcastle_2024_weighs_83601_745_t(run: Run) -> None:
    code, out, _err = run("survey", CASES / "reihou_coal_newcastle_2024.json")
    assert code == 0
    assert "83 601.745 t  ± " in out


@needs_shared
@pytest.mark.parametrize("name", ["analytic_hulls", "formula_level_examples", "tank_tables"])
def test_a_file_that_is_no_case_is_refused_with_what_a_case_has(run: Run, name: str) -> None:
    path = CASES / f"{name}.json"
    code, out, err = run("survey", path, "--json")
    assert (code, out) == (2, "")
    assert str(path) in err
    assert "vessel, hydrostatic_table, method, conditions" in err
    assert err.count("\n") == 1


def changed(*path: object, to: object) -> dict[str, Any]:
    case = box_case()
    part: Any = case
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return case


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (changed("conditions", 0, "draft_readings_m", "aft_port", to=-1), "aft_port"),
        (changed("conditions", 0, "draft_readings_m", "aft_port", to="2.0"), "aft_port"),
        (changed("conditions", 0, "draft_readings_m", "aft_port", to=None), "aft_port"),
        (
            changed("conditions", 1, "draft_readings_m", to=dict.fromkeys(("midship_port",), 5.0)),
            "forward_port",
        ),
        (changed("hydrostatic_table", "lcf_reference", to="midships"), "lcf_reference"),
        (changed("hydrostatic_table", "draft_basis", to=None), "draft_basis"),
        (changed("hydrostatic_table", "file", to="../box.csv"), "leads out of its folder"),
        (changed("hydrostatic_table", "file", to="none.csv"), "none.csv"),
        (changed("conditions", to=[]), "conditions"),
        (changed("vessels", to={}), "vessels"),
        (changed("method", "rounding", to="two"), "rounding"),
        (changed("expected", "from", to="before"), "before"),
    ],
)
def test_a_case_that_cannot_be_computed_names_the_file_and_the_fault(
    box: Path, run: Run, case: dict[str, Any], said: str
) -> None:
    path = written(box.parent, case)
    code, out, err = run("survey", path)
    assert (code, out) == (2, "")
    assert box.parent.name in err
    assert said in err
    assert "unexpected" not in err
    assert err.count("\n") == 1


def test_a_draft_outside_the_table_names_the_range(box: Path) -> None:
    deep = dict.fromkeys(box_case()["conditions"][1]["draft_readings_m"], 9.0)
    path = written(box.parent, changed("conditions", 1, "draft_readings_m", to=deep))
    with pytest.raises(CaseRefusedError, match=r"1 m to 6 m"):
        document_of_case(path)


@pytest.mark.parametrize(
    "rows", ["2,4100,20.5,170.8,0", "2,4100,20.5,170.8,0\n2,4100,20.5,170.8,0\n5,10250,20.5,170.8,0"]
)
def test_a_table_of_one_row_or_with_a_draft_twice_is_refused(box: Path, run: Run, rows: str) -> None:
    table = f"draft_m,displacement_t,tpc_t_per_cm,mctc_tm_per_cm,lcf_m\n{rows}\n"
    (box.parent / "box.csv").write_text(table, encoding="utf-8")
    code, _out, err = run("survey", box)
    assert code == 2
    assert "table" in err


@pytest.mark.parametrize("option", ["--pdf", "--sheet", "--xlsx"])
@pytest.mark.parametrize("place", ["none/out.pdf", ".", "box.csv/out.pdf"])
def test_a_report_that_cannot_be_written_is_refused(box: Path, run: Run, option: str, place: str) -> None:
    code, out, err = run("survey", box, option, box.parent / place)
    assert (code, out) == (2, "")
    assert "a folder that exists and may be written" in err


def test_the_case_itself_is_never_overwritten(box: Path, run: Run) -> None:
    before = box.read_bytes()
    code, _out, err = run("survey", box, "--pdf", box)
    assert code == 2
    assert "is the case itself" in err
    assert box.read_bytes() == before


def test_two_reports_into_one_file_are_refused(box: Path, run: Run) -> None:
    target = box.parent / "out.pdf"
    code, _out, err = run("survey", box, "--pdf", target, "--sheet", target)
    assert code == 2
    assert "asked for twice" in err
    assert not target.exists()


def test_a_device_is_no_place_for_a_report(box: Path) -> None:
    with pytest.raises(ReportPathError, match="not an ordinary file"):
        write_report(Path("/dev/null"), b"", case=box)
