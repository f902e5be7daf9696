"""Getting in: two factors, equal refusals, slower and slower, sessions that end when they should."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine.core.errors import SpeanError
from engine.core.people.commands import AddMembership, DisableUser
from engine.run.accounts.codes import code_at, new_factor
from engine.run.accounts.devices import Devices
from engine.run.accounts.entrance import IDLE, INVITED_FOR, LONGEST, Entrance, EntranceError, InvitationError
from engine.run.accounts.passwords import PasswordError, check_password, hash_password, is_password
from engine.run.accounts.throttle import FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS, TooManyError
from engine.run.setup.clock import FixedTime
from engine.store.sql.attempts import SqlAttempts
from tests.support.pages import PASSWORD, Pages, hidden
from web.guards.cookies import DEVICE, HALF, SESSION
from web.guards.entry import safe_next

WORKER = "sok_phalla"


def entrance_at(pages: Pages, later: timedelta = timedelta()) -> Entrance:
    """Return the entrance, so much later."""
    one = pages.entrance
    now = one.time.now() + later
    return Entrance(one.accounts, one.sessions, one.people, one.access, one.safe, FixedTime(now))


def test_a_password_alone_opens_nothing(pages: Pages) -> None:
    """After the password the session is half open: every page still asks for the code."""
    browser = pages.browser()
    answer = browser.post("/log-in", data={"name": WORKER, "password": PASSWORD, "next": "/work"})
    assert answer.headers["location"].startswith("/log-in/code")
    half = browser.cookies[HALF]
    browser.cookies.set(SESSION, half)
    assert browser.get("/work").headers["location"].startswith("/log-in")


def test_logging_in_begins_a_new_session(pages: Pages) -> None:
    """The token of the half-open session is worth nothing afterwards, and the cookie has every guard."""
    browser = pages.browser()
    browser.post("/log-in", data={"name": WORKER, "password": PASSWORD})
    half = browser.cookies[HALF]
    answer = browser.post("/log-in/code", data={"code": pages.code_for(WORKER)})
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{SESSION}="))
    assert all(part in cookie for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))
    assert "Domain" not in cookie
    assert browser.cookies[SESSION] != half
    assert pages.entrance.awaits_code(half) is None
    assert browser.get("/work").status_code == 200


@pytest.mark.parametrize("name", ["sok_phalla", "nobody_at_all", "", "SOK_PHALLA ", "' OR 1=1 --"])
def test_wrong_and_unknown_sound_alike(pages: Pages, name: str) -> None:
    """A wrong password and a name that nobody has get the same page."""
    answers = [pages.browser().post("/log-in", data={"name": one, "password": "wrong"}) for one in (name, "zzz_zzz")]
    assert [one.status_code for one in answers] == [422, 422]
    first, second = (re.sub(r'value="[^"]*"', "", one.text) for one in answers)
    assert first == second


def test_a_one_time_code_works_once(pages: Pages) -> None:
    """Whoever reads a code over her shoulder is too late."""
    entrance = entrance_at(pages)
    code = code_at(entrance.factor(WORKER), entrance.time.now())
    entrance.second(entrance.log_in(WORKER, PASSWORD, ""), code, "")
    half = entrance.log_in(WORKER, PASSWORD, "")
    with pytest.raises(EntranceError):
        entrance.second(half, code, "")


@pytest.mark.parametrize("code", ["", "000000", "12345", "១២៣៤៥៦", "1e5", "٠١٢٣٤٥", "x" * 5000])
def test_a_wrong_code_lets_nobody_in(pages: Pages, code: str) -> None:
    """Neither a wrong code nor what is none at all opens a session."""
    entrance = entrance_at(pages)
    half = entrance.log_in(WORKER, PASSWORD, "")
    with pytest.raises(EntranceError):
        entrance.second(half, code, "")


def test_a_recovery_code_works_once_however_it_is_typed(pages: Pages) -> None:
    """It lets her in when the telephone is lost, and never a second time."""
    entrance = entrance_at(pages)
    code = entrance.establish(WORKER, PASSWORD, new_factor())[0]
    typed = code.upper().replace("-", " ")
    assert entrance.who(entrance.second(entrance.log_in(WORKER, PASSWORD, ""), typed, "")) is not None
    assert entrance.recovery_left(WORKER) == 9
    with pytest.raises(EntranceError):
        entrance.second(entrance.log_in(WORKER, PASSWORD, ""), code, "")


def test_after_some_failures_an_account_rests(pages: Pages) -> None:
    """The right password is refused, too, until the rest is over; then one success forgives the rest."""
    entrance = entrance_at(pages)
    for _ in range(FREE_FOR_ACCOUNT):
        with pytest.raises(EntranceError):
            entrance.log_in(WORKER, "wrong", "")
    with pytest.raises(TooManyError):
        entrance.log_in(WORKER, PASSWORD, "")
    later = entrance_at(pages, timedelta(minutes=16))
    later.second(later.log_in(WORKER, PASSWORD, ""), code_at(later.factor(WORKER), later.time.now()), "")
    assert SqlAttempts(later.accounts.database).of(f"account {WORKER}") is None


def test_many_tries_at_the_same_moment_are_counted_one_after_another(pages: Pages) -> None:
    """Forty at once get no more guesses than forty in a row."""
    entrance, told = entrance_at(pages), Counter[str]()

    def guess(_: int) -> str:
        try:
            entrance.log_in(WORKER, "wrong", "")
        except SpeanError as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(20) as pool:
        told.update(pool.map(guess, range(40)))
    assert told == {"EntranceError": FREE_FOR_ACCOUNT, "TooManyError": 40 - FREE_FOR_ACCOUNT}


def test_who_gets_in_costs_her_address_nothing(pages: Pages) -> None:
    """Behind one address a whole office logs in every morning."""
    entrance = entrance_at(pages)
    for _ in range(FREE_FOR_ADDRESS + 2):
        entrance.log_in(WORKER, PASSWORD, "10.0.0.1")
    assert SqlAttempts(entrance.accounts.database).of("address 10.0.0.1") is None


def test_who_guesses_elsewhere_keeps_nobody_out_where_she_works(pages: Pages) -> None:
    """On a device from which she got in before she gets in again; there, too, five guesses are all."""
    entrance = entrance_at(pages)
    whole = entrance.second(entrance.log_in(WORKER, PASSWORD, ""), pages.code_for(WORKER), "")
    device = entrance.remember(whole)
    for _ in range(FREE_FOR_ACCOUNT + 1):
        with pytest.raises(SpeanError):
            entrance.log_in(WORKER, "wrong", "")
    with pytest.raises(TooManyError):
        entrance.log_in(WORKER, PASSWORD, "")
    assert entrance.log_in(WORKER, PASSWORD, "", device)
    for kept in (device[:-2], "nonsense", "ñ", entrance.remember("nobody")):
        with pytest.raises(TooManyError):
            entrance.log_in(WORKER, PASSWORD, "", kept)
    for _ in range(FREE_FOR_ACCOUNT):
        with pytest.raises(EntranceError):
            entrance.log_in(WORKER, "wrong", "", device)
    with pytest.raises(TooManyError):
        entrance.log_in(WORKER, PASSWORD, "", device)


@pytest.mark.parametrize(("user", "after"), [("kim_bunna", timedelta()), (WORKER, timedelta(days=31))])
def test_a_device_is_one_persons_for_a_month(pages: Pages, user: str, after: timedelta) -> None:
    """For somebody else, or later, it counts as any other."""
    entrance = entrance_at(pages)
    device = entrance.remember(entrance.second(entrance.log_in(WORKER, PASSWORD, ""), pages.code_for(WORKER), ""))
    assert Devices(entrance.safe).subject(device, WORKER, entrance.time.now())
    assert Devices(entrance.safe).subject(device, user, entrance.time.now() + after) == ""


def test_a_device_that_was_left_in_a_hurry_keeps_nothing(pages: Pages) -> None:
    """The cookie comes with the log-in, stays after logging out, and is gone with the exit."""
    browser = pages.log_in(WORKER)
    assert DEVICE in browser.cookies
    browser.post("/log-out")
    assert DEVICE in browser.cookies
    browser.post("/exit")
    assert DEVICE not in browser.cookies


def test_tries_while_an_account_rests_stand_in_the_log(pages: Pages) -> None:
    """An odd pattern can be seen to its end."""
    entrance = entrance_at(pages)
    for _ in range(FREE_FOR_ACCOUNT + 3):
        with pytest.raises(SpeanError):
            entrance.log_in(WORKER, "wrong", "")
    log = pages.office.access.of_day(entrance.time.now().date())
    refused = [one.detail for one in log if one.by == WORKER and one.what == "log-in refused"]
    assert refused == [""] * FREE_FOR_ACCOUNT + ["resting"] * 3


def test_an_unknown_name_rests_as_a_known_one(pages: Pages) -> None:
    """Nobody learns from the throttle which names exist."""
    entrance = entrance_at(pages)
    for _ in range(FREE_FOR_ACCOUNT):
        with pytest.raises(EntranceError):
            entrance.log_in("no_such_name", "wrong", "")
    with pytest.raises(TooManyError):
        entrance.log_in("no_such_name", "wrong", "")


def test_a_session_ends_when_it_lies_idle_and_at_the_end_of_the_day(pages: Pages) -> None:
    """Idle for a quarter of an hour, or ten hours old: she logs in again."""
    entrance = entrance_at(pages)
    code = code_at(entrance.factor(WORKER), entrance.time.now())
    token = entrance.second(entrance.log_in(WORKER, PASSWORD, ""), code, "")
    assert entrance_at(pages, IDLE - timedelta(seconds=5)).who(token) is not None
    assert entrance_at(pages, 2 * IDLE - timedelta(seconds=20)).who(token) is not None
    assert entrance_at(pages, 4 * IDLE).who(token) is None
    assert entrance_at(pages, LONGEST + timedelta(minutes=1)).who(token) is None


def test_logging_out_ends_it_on_the_server(pages: Pages) -> None:
    """A cookie that somebody copied is worth nothing after she has logged out."""
    browser = pages.log_in(WORKER)
    token = browser.cookies[SESSION]
    browser.post("/log-out")
    thief = pages.browser()
    thief.cookies.set(SESSION, token)
    assert thief.get("/work").status_code == 303


def test_exit_ends_the_session_and_shows_something_else(pages: Pages) -> None:
    """The page that remains says nothing of us, and the cookie is dead."""
    browser = pages.log_in(WORKER)
    token = browser.cookies[SESSION]
    answer = browser.post("/exit")
    assert "spean" not in answer.text.casefold()
    assert answer.headers["clear-site-data"]
    assert pages.entrance.who(token) is None


def test_a_disabled_account_is_out_with_the_next_request(pages: Pages) -> None:
    """No session of hers outlives it."""
    browser = pages.log_in(WORKER)
    pages.office.people.change([DisableUser(by="t", user=WORKER)], pages.office.time.now())
    assert browser.get("/work").status_code == 303


def test_a_new_role_acts_with_the_next_request(pages: Pages) -> None:
    """Who becomes administrator sees people, and before that nothing is there."""
    browser = pages.log_in(WORKER)
    assert browser.get("/people").status_code == 404
    given = AddMembership(by="t", user=WORKER, role="administrator", everywhere=True)
    pages.office.people.change([given], pages.office.time.now())
    assert browser.get("/people").status_code == 200


def test_an_invitation_makes_an_account_once(pages: Pages) -> None:
    """She chooses a password, sets up her authenticator, reads her recovery codes, and can log in."""
    token = pages.entrance.invite("heng_theary", "meas_kolap")
    browser = pages.browser()
    factor = hidden(browser.get(f"/welcome/{token}").text, "factor")
    code = code_at(factor, pages.entrance.time.now())
    form = {"factor": factor, "password": "quiet boats at noon", "again": "quiet boats at noon", "code": code}
    answer = browser.post(f"/welcome/{token}", data=form)
    assert answer.text.count("<li><code>") == 10
    assert browser.post(f"/welcome/{token}", data=form).status_code == 410
    assert pages.entrance.log_in("heng_theary", "quiet boats at noon", "")


def test_an_invitation_runs_out_and_a_new_one_replaces_it(pages: Pages) -> None:
    """Three days later, or after another one was made, it works no more."""
    first = pages.entrance.invite("heng_theary", "meas_kolap")
    second = pages.entrance.invite("heng_theary", "meas_kolap")
    with pytest.raises(InvitationError):
        pages.entrance.invited(first)
    with pytest.raises(InvitationError):
        entrance_at(pages, INVITED_FOR).invited(second)
    assert pages.browser().get("/welcome/nonsense").status_code == 410


def test_a_new_password_ends_all_sessions(pages: Pages) -> None:
    """Whoever was logged in with the old one is out."""
    browser = pages.log_in(WORKER)
    pages.entrance.establish(WORKER, "another four words here", new_factor())
    assert browser.get("/work").status_code == 303


@pytest.mark.parametrize(
    "password", ["short", "password1234", "aaaaaaaaaaaaaaaa", "sok_phalla2026", "x" * 129, "Cambodia2026!", ""]
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    """And the refusal never repeats it."""
    with pytest.raises(PasswordError) as refused:
        check_password(password, WORKER)
    assert not password or password not in str(refused.value)


def test_hashes_are_of_their_password_only() -> None:
    """A hash fits its password, no other, and nothing fits nobody."""
    kept = hash_password("calm water below")
    assert kept.startswith("$argon2id$")
    assert is_password(kept, "calm water below")
    assert not is_password(kept, "calm water above")
    assert not is_password(None, "nobody has this password")


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "work", "/a\nb"],
)
def test_no_address_of_another_site_is_gone_on_to(wanted: str) -> None:
    """Whatever is asked for, she stays with us."""
    assert safe_next(wanted) == "/work"


def test_what_happened_at_the_door_is_logged(pages: Pages) -> None:
    """Who logged in, who was refused, who was invited: all in the access log, no password among it."""
    pages.log_in(WORKER)
    pages.browser().post("/log-in", data={"name": WORKER, "password": "wrong word here"})
    log = pages.office.access.of_day(pages.entrance.time.now().date())
    assert {"log in", "log-in refused"} <= {one.what for one in log}
    assert not any("wrong word" in f"{one.by} {one.detail}" for one in log)


def test_sessions_can_be_seen_and_ended(pages: Pages) -> None:
    """She sees where she is logged in and ends the others."""
    here, there = pages.log_in(WORKER), _again(pages)
    assert here.get("/account").text.count("Log out there") + here.get("/account").text.count("ចាកចេញនៅទីនោះ") >= 1
    here.post("/account/sessions/end")
    assert there.get("/work").status_code == 303
    assert here.get("/work").status_code == 200


def _again(pages: Pages) -> TestClient:
    """Return a second browser of the worker; her code of this half minute was used, so she uses a recovery code."""
    browser = pages.browser()
    account = pages.entrance.accounts.account(WORKER)
    assert account is not None
    token = "token of another browser"
    pages.entrance.sessions.begin(token, WORKER, pages.entrance.time.now(), whole=True)
    browser.cookies.set(SESSION, token)
    assert browser.get("/work").status_code == 200
    return browser


def test_an_invitation_that_works_no_more_is_logged(pages: Pages) -> None:
    """Made up, or of somebody whose invitation was made anew."""
    entrance = entrance_at(pages)
    old = entrance.invite("kim_bunna", "meas_kolap")
    entrance.invite("kim_bunna", "meas_kolap")
    for token in ("nonsense", old):
        with pytest.raises(InvitationError):
            entrance.invited(token)
    log = pages.office.access.of_day(entrance.time.now().date())
    assert sum(one.what == "invitation refused" for one in log) == 2
