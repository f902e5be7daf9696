"""Every row of the papers is carried by the protocols or says why not; the page and the `ref`s agree both ways."""

from __future__ import annotations

import re

import pytest

from tests.documents import ROOT, page
from tests.traceability import PAGE, Row, references, rows, written

#: The rows of the domain paper, by letter: how far each series counts.
_SERIES = {"A": 13, "B": 13, "L": 14, "S": 12, "P": 19, "G": 16, "K": 9, "C": 14}
_DEADLINES = (*range(1, 15), *range(20, 32), *range(40, 49), *range(50, 70), *range(80, 86))
_NEVER = (*range(1, 9), *range(10, 17), *range(20, 28), *range(30, 36), *range(40, 49), *range(50, 57))
#: The rows of the concept paper that an engine for cases serves directly.
_CONCEPT = """
    O1 O2 O3 O4 O6 O7 O8 O10 GP1 GP5 GP7 I1.M1f I1.S8 I1.M2b I1.S9 I1.S11 I1.S12 I3.S1 I4.S1 I5.S3 II2.S3 II2.S4
    II2.S6 II3.M1a II3.S1 II3.M2 II3.S3 II3.S4 II4.M1 II4.S1 II4.S3 III1.S1a III1.S1b III1.S1c III1.S1e
    III1.S2b III1.S3 III2.M3 III2.S4 III2.S5 III3.M III3.S1c III3.S2a III3.S2b IV.S1 IV.S4 Z2 Z4 Z5
"""
#: Rows of the concept paper that an engine for cases serves in part; a `ref` may name them.
_IN_PART = {"GP2", "I1.S3", "II2.M2", "II2.S5"}
EXPECTED = {
    *(f"{letter}{number}" for letter, last in _SERIES.items() for number in range(1, last + 1)),
    *(f"D{number:02}" for number in _DEADLINES),
    *(f"N{number}" for number in _NEVER),
    *_CONCEPT.split(),
}
PAPERS = ROOT.parent / "shared" / "domain"


def test_page_has_every_row_once() -> None:
    """The page has each row of both papers once, and no other."""
    found = [row.id for row in rows()]
    assert len(found) == len(set(found))
    assert set(found) == EXPECTED


@pytest.mark.skipif(not PAPERS.exists(), reason="the papers lie beside the project only where it is built")
def test_expected_rows_are_those_of_the_papers() -> None:
    """What the page must have is what the papers have."""
    domain = (PAPERS / "protocols.md").read_text("utf-8")
    seed = (PAPERS / "seed_rows.md").read_text("utf-8")
    tables = set(re.findall(r"^\| ([ABLSPGKC]\d+|D\d\d) \| ", domain, re.MULTILINE))
    never = set(re.findall(r"\b(N\d+) (?:[a-z]|HIV)", domain))
    concept = set(re.findall(r"^\| (\S+) \| \w \| [^|]* \| Y \| ", seed, re.MULTILINE))
    assert tables | never | concept == EXPECTED
    assert set(re.findall(r"^\| (\S+) \| \w \| [^|]* \| P \| ", seed, re.MULTILINE)) >= _IN_PART


def test_page_agrees_with_the_protocols() -> None:
    """The third column is what the protocols' `ref`s say; `make docs` writes it."""
    assert page(PAGE) == written()


def test_every_reference_names_a_row() -> None:
    """No `ref` names a row that the papers do not have."""
    sources = re.compile(r"R\d+\w*")
    assert {ref for ref in references() if not sources.fullmatch(ref)} <= EXPECTED | _IN_PART


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_row_is_carried_or_says_why_not(row: Row) -> None:
    """Each row is carried by something, or the page says what serves it instead or why it is left out."""
    assert row.carried or row.besides
