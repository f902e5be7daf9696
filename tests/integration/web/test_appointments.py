"""Nobody makes an administrator alone: a second one agrees, and what is done to one is told to who protects data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine.core.people.commands import AddMembership, DisableUser
from engine.core.people.directory import ADMINISTRATOR
from engine.core.people.staff import administrators
from engine.run.accounts.codes import new_factor
from engine.store.incidents import IncidentKind
from tests.integration.web.test_pages import english
from tests.support.pages import PASSWORD, Pages

FIRST, SECOND, NEW = "meas_kolap", "long_sambath", "prak_sophy"
GIVE = {"role": ADMINISTRATOR, "agency": ""}


@pytest.fixture
def first(pages: Pages) -> TestClient:
    """Return the browser of an administrator."""
    return english(pages.log_in(FIRST))


@pytest.fixture
def second(pages: Pages) -> TestClient:
    """Return the browser of the other administrator, who has an account now."""
    pages.entrance.establish(SECOND, PASSWORD, new_factor())
    return english(pages.log_in(SECOND))


def keeps(pages: Pages, user: str) -> bool:
    """Return whether somebody keeps the directory."""
    return user in administrators(pages.office.people.now(), pages.office.time.now())


def told(pages: Pages) -> list[str]:
    """Return what the officers hear."""
    return [one.words for one in pages.office.incidents.all() if one.kind is IncidentKind.ACCESS]


def test_a_second_administrator_agrees(pages: Pages, second: TestClient, first: TestClient) -> None:
    """Until then nothing is held; the journal names who asked and who agreed, and nobody has to be told."""
    assert first.post(f"/people/{NEW}/give", data=GIVE).status_code == 303
    assert not keeps(pages, NEW)
    assert "Another administrator has to agree." in first.get(f"/people/{NEW}").text
    assert f'href="/people/{NEW}"' in second.get("/people").text.partition("A second administrator")[2]
    assert second.post(f"/people/{NEW}/agree", data=GIVE).status_code == 303
    assert keeps(pages, NEW)
    assert told(pages) == []
    log = [(one.by, one.detail) for one in pages.office.access.of_day(pages.office.time.now().date())]
    assert {(FIRST, f"ask {NEW}"), (SECOND, f"agree {NEW}")} <= set(log)


def test_who_asked_cannot_agree_and_neither_can_who_gains(
    pages: Pages, second: TestClient, first: TestClient
) -> None:
    """Not even with an account of her own making: it keeps no directory before the yes of somebody else."""
    first.post(f"/people/{NEW}/give", data=GIVE)
    answer = first.post(f"/people/{NEW}/agree", data=GIVE)
    assert (answer.status_code, "cannot agree to this" in answer.text) == (422, True)
    assert pages.log_in(NEW).post(f"/people/{NEW}/agree", data=GIVE).status_code == 404
    assert not keeps(pages, NEW)
    assert second.post(f"/people/{NEW}/decline", data=GIVE).status_code == 303
    assert second.post(f"/people/{NEW}/agree", data=GIVE).status_code == 422
    assert not keeps(pages, NEW)


@pytest.mark.parametrize("agency", ["", "social_north"])
def test_an_agency_is_no_way_around(pages: Pages, second: TestClient, first: TestClient, agency: str) -> None:
    """An administrator keeps the whole office, whatever the form says."""
    assert second.get("/people").status_code == 200
    first.post(f"/people/{NEW}/give", data={"role": ADMINISTRATOR, "agency": agency})
    assert not keeps(pages, NEW)
    assert pages.log_in(NEW).get("/people").status_code == 404


def test_a_single_administrator_is_not_locked_out_and_it_is_told(pages: Pages, first: TestClient) -> None:
    """The other one has never set up her account: nobody could agree. The officers hear it with the same write."""
    assert first.post(f"/people/{NEW}/give", data=GIVE).status_code == 303
    assert keeps(pages, NEW)
    (words,) = told(pages)
    assert words.startswith(f"The account {FIRST} made {NEW} administrator; there is no other administrator")


def test_what_is_done_to_another_administrator_is_told(pages: Pages, second: TestClient, first: TestClient) -> None:
    """Her account would be a way to agree with oneself: invited anew, closed, opened, or without its role."""
    assert second.get("/people").status_code == 200
    assert first.post(f"/people/{SECOND}/invite").status_code == 200
    first.post(f"/people/{SECOND}/close")
    first.post(f"/people/{SECOND}/open")
    first.post(f"/people/{SECOND}/take", data=GIVE)
    said = told(pages)
    assert [one.removeprefix(f"The account {FIRST} ").partition(f" {SECOND}")[0] for one in said] == [
        "made a new invitation for",
        "closed the account of",
        "opened again the account of",
        "took a role from",
    ]


def test_what_is_refused_is_told_to_nobody(pages: Pages, first: TestClient) -> None:
    """One transaction: no alarm about what did not happen."""
    pages.office.people.change([DisableUser(by="t", user=NEW)], pages.office.time.now())
    assert first.post(f"/people/{NEW}/give", data=GIVE).status_code == 422
    assert told(pages) == []


def test_everyday_acts_are_told_to_nobody(pages: Pages, first: TestClient) -> None:
    """A role in cases, the first invitation of a worker: the officers would soon read no mail any more."""
    assert first.post("/people/lay_dalin/invite").status_code == 200
    first.post("/people/kim_bunna/give", data={"role": "counsellor", "agency": "social_north"})
    assert told(pages) == []


def test_who_opens_every_case_to_somebody_is_told_of(pages: Pages, first: TestClient) -> None:
    """A role for the whole office, and an administrator as the supervisor of who leads cases."""
    role = {"role": "data_protection_officer", "agency": ""}
    assert first.post(f"/people/{NEW}/give", data=role).status_code == 303
    assert first.post("/people/kim_bunna/supervise", data={"supervisor": SECOND}).status_code == 303
    assert told(pages) == [
        f"The account {FIRST} gave {NEW} the role data_protection_officer for the whole office.",
        f"The account {FIRST} named the supervisor of kim_bunna: {SECOND}, who is an administrator.",
    ]


def test_who_invites_a_colleague_anew_is_told_of(pages: Pages, first: TestClient) -> None:
    """With that invitation she could be the colleague, and read her cases."""
    assert first.post("/people/kim_bunna/invite").status_code == 200
    assert told(pages) == [f"The account {FIRST} made a new invitation for kim_bunna, whose account was in use."]


@pytest.mark.parametrize(("since", "until"), [(1, None), (-2, -1)])
def test_a_role_that_ended_or_has_not_begun_opens_nothing(pages: Pages, since: int, until: int | None) -> None:
    """Not the directory, not the figures, not the pairs of cases that may be one person's."""
    now, day = pages.office.time.now(), timedelta(days=1)
    for role in (ADMINISTRATOR, "statistics_officer", "data_protection_officer"):
        given = AddMembership(
            by="t",
            user=NEW,
            role=role,
            everywhere=True,
            since=now + since * day,
            until=None if until is None else now + until * day,
        )
        pages.office.people.change([given], now)
    browser = pages.log_in(NEW)
    assert {browser.get(path).status_code for path in ("/people", "/statistics", "/likenesses")} == {404}


def test_what_was_typed_about_somebody_new_stays_after_a_mistake(first: TestClient) -> None:
    """The name, the agency and the address stand there again beside what is wrong."""
    typed = {"id": "Not A User", "name": "Chan Thida", "agency": "social_north", "email": "thida@example.org"}
    answer = first.post("/people", data=typed | {"language": "km"})
    assert answer.status_code == 422
    for text in ('value="Not A User"', 'value="Chan Thida"', 'value="thida@example.org"'):
        assert text in answer.text
    for option in ("social_north", "km"):
        assert f'<option value="{option}" selected>' in answer.text
