"""Evidence: workbooks and tables made to exhaust or mislead their reader, in a process whose memory is measured."""

import resource
import subprocess
import sys
from pathlib import Path

import hostile_media
import pytest

from api.vessels.table_errors import TableImportError
from api.vessels.table_grid import LARGEST_UNPACKED_BYTES, read_grids

MEBIBYTE = 1024 * 1024
MOST_MIB = 512
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
READ = """
import resource, sys
from api.vessels.table_errors import TableImportError
from api.vessels.table_grid import read_grids
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_grids(open(sys.argv[1], 'rb').read(), file_name='a.xlsx')
except TableImportError as error:
    print('refused', end=' ')
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grown_mib(tmp_path: Path, content: bytes) -> tuple[bool, int]:
    """Whether a table is refused, and what reading it took of memory beyond its modules."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, preexec_fn=_limited
    )  # fmt: skip
    *refused, grown = done.stdout.split()
    return bool(refused), int(grown)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    content = hostile_media.workbook_bomb(unpacked_bytes=2 * LARGEST_UNPACKED_BYTES)
    assert len(content) < MEBIBYTE
    refused, grown = grown_mib(tmp_path, content)
    assert refused
    assert grown < 64


def test_a_workbook_that_lies_about_its_size_unpacks_to_no_more_than_it_said(tmp_path: Path) -> None:
    unpacked = 2 * LARGEST_UNPACKED_BYTES
    refused, grown = grown_mib(
        tmp_path, hostile_media.workbook_bomb(unpacked_bytes=unpacked, declared_bytes=1024)
    )
    assert refused
    assert grown < 64


def test_a_workbook_of_empty_strings_stays_within_its_memory(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{SPACE}">'.encode() + b"<si><t/></si>" * 2_000_000 + b"</sst>"
    content = hostile_media.workbook_with({"xl/sharedStrings.xml": strings})
    _, grown = grown_mib(tmp_path, content)
    assert grown < MOST_MIB


@pytest.mark.filterwarnings("ignore:Workbook contains no:UserWarning")
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "prologue",
    [
        hostile_media.entity_bomb(),
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
    ],
    ids=["entities", "outside entity", "outside definition"],
)
def test_entities_in_a_workbook_are_never_put_in(member: str, prologue: bytes) -> None:
    content = hostile_media.workbook_with({member: prologue})
    try:
        seen = repr(read_grids(content, file_name="a.xlsx"))
    except TableImportError as error:
        seen = str(error)
    assert "root:" not in seen
    assert "haha" not in seen
    assert len(seen) < 4000


def test_a_row_of_a_million_columns_is_refused() -> None:
    content = b"Draft (m)" + b",1" * 1_000_000 + b"\n" + b"1" + b",1" * 1_000_000
    with pytest.raises(TableImportError, match="more than 200 columns"):
        read_grids(content, file_name="a.csv")


@pytest.mark.parametrize(
    "content",
    [b'"' * 1_000_000, b"\x00" * 100, b"\xff\xfe" + b"\x00\xd8" * 50, b"PK\x03\x04" + bytes(200), b"\xd0\xcf\x11\xe0"],
    ids=["quotes", "zeros", "half characters", "no archive", "old workbook"],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(TableImportError):
        read_grids(content, file_name="\u202egpj.csv")
