"""A button is pressed or it is not: what is neither yes nor no is refused in words, and nothing is recorded."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.support.pages import Pages

NEITHER = ("", "maybe", "YES", "yes, no")


@pytest.mark.parametrize("given", NEITHER)
def test_no_agreement_is_made_of_nonsense(pages: Pages, worker: TestClient, given: str) -> None:
    """Above all it is no 'she did not agree'."""
    answer = worker.post(f"/case/{pages.code}/consents/exam", data={"given": given})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "exam" not in pages.office.cases.case(pages.code).consents


@pytest.mark.parametrize("agrees", NEITHER)
def test_no_approval_is_refused_by_nonsense(pages: Pages, worker: TestClient, agrees: str) -> None:
    """Neither from the case nor from the list."""
    asked = worker.post(f"/case/{pages.code}/act/care/care/moved", data={"f.reached_at": "at her aunt's"})
    assert asked.status_code == 200
    chief = pages.log_in("ouk_malis")
    for path, form in (
        (f"/case/{pages.code}/answer/w1", {}),
        ("/approvals", {"item": f"{pages.code} w1"}),
        ("/transfers", {"case": f"{pages.code} w1"}),
    ):
        answer = chief.post(path, data={"agrees": agrees, "reason": "x"} | form)
        assert answer.status_code == 409, path
        assert 'role="alert"' in answer.text, path
        assert pages.office.cases.case(pages.code).waiting["w1"].is_open, path


@pytest.mark.parametrize("outcome", NEITHER)
def test_no_contact_is_made_of_nonsense(pages: Pages, worker: TestClient, outcome: str) -> None:
    """It says what is missing, and keeps what was written."""
    before = pages.office.cases.case(pages.code).seq
    answer = worker.post(f"/case/{pages.code}/contact", data={"outcome": outcome, "note": "she was tired"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "she was tired" in answer.text
    assert pages.office.cases.case(pages.code).seq == before
