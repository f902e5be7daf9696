"""The entrance: invitations, logging in with two factors, sessions. What happens here stands in the access log.

Wrong, unknown and disabled are told in the same words and take the same time. Time here is the machine's own, also in
a simulation whose cases live at another time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.core.errors import SpeanError
from engine.core.people.directory import User
from engine.run.accounts import codes
from engine.run.accounts.devices import Devices
from engine.run.accounts.passwords import check_password, hash_password, is_outdated, is_password
from engine.run.accounts.throttle import Attempt, Throttle, TooManyError
from engine.store.access import Accessed
from engine.store.ports import Time
from engine.store.safe import Safe
from engine.store.sql.access import SqlAccessLog
from engine.store.sql.accounts import Account, SingleUse, SqlAccounts
from engine.store.sql.attempts import SqlAttempts
from engine.store.sql.people import SqlDirectory
from engine.store.sql.sessions import Session, SqlSessions

INVITATION, FACTOR = "invitation", "second factor"
#: How long an invitation works; how long a session may lie idle, half-open, and at all.
INVITED_FOR = timedelta(days=3)
IDLE, HALF_OPEN, LONGEST = timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=10)
#: A session is noted as used at most so often, so that looking at a page is no write.
_NOTED_EACH = timedelta(minutes=1)
_TOKEN_BYTES = 32
#: What is grave needs somebody who showed so recently who she is (OWASP ASVS 5.0, 7.5.3; the minutes are our own).
FRESH = timedelta(minutes=10)


class EntranceError(SpeanError):
    """The name, the password or the code is not right."""


class InvitationError(SpeanError):
    """This invitation was used or has run out; ask your administrator for a new one."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What somebody gets who has accepted her invitation, to be shown once: recovery codes."""

    user: str
    recovery: Sequence[str]


@dataclass(frozen=True, slots=True)
class Entrance:
    """The use cases of getting in and out."""

    accounts: SqlAccounts
    sessions: SqlSessions
    people: SqlDirectory
    access: SqlAccessLog
    safe: Safe
    time: Time

    def invite(self, user: str, by: str) -> str:
        """Return the token of a new invitation; an earlier one works no more. Raises InvitationError for nobody."""
        if self._known(user) is None:
            raise InvitationError("There is nobody of this name with an account; `spean user list` shows who is.")
        token = _token()
        self.accounts.issue(token, INVITATION, user, by, self.time.now() + INVITED_FOR)
        self._log(by, "invite", user)
        return token

    def invited(self, token: str) -> User:
        """Return whom an invitation is for; one that works no more is logged. Raises InvitationError."""
        found = self.accounts.single_use(token)
        known = self._known(found.user) if found is not None else None
        if found is None or known is None or not self._is_valid(found):
            self._log("?" if found is None else found.user, "invitation refused", "")
            raise InvitationError
        return known

    def accept(self, token: str, password: str, factor: str, code: str) -> Welcome:
        """Set the password and the second factor of whoever was invited; her other sessions end.

        Raises InvitationError, PasswordError, EntranceError for a wrong code.
        """
        user, now = self.invited(token).id, self.time.now()
        check_password(password, user)
        step = codes.step_of(factor, code, now)
        if step is None:
            raise EntranceError("The code does not fit; look at the authenticator again, and at its clock.")
        found = self.accounts.single_use(token)
        if found is None or not self.accounts.use(token, INVITATION, user, found.until, now):
            raise InvitationError
        recovery = self.establish(user, password, factor)
        self.accounts.use_step(user, step)
        return Welcome(user, recovery)

    def establish(self, user: str, password: str, factor: str) -> Sequence[str]:
        """Give somebody a password and a second factor, and return her recovery codes. Her sessions end."""
        now, recovery = self.time.now(), codes.new_recovery_codes()
        sealed = self.safe.seal(FACTOR, user, factor.encode())
        self.accounts.put(user, hash_password(password), sealed, recovery, now)
        self.sessions.end_all(user, now)
        self._throttle.forgive(user)
        self._log(user, "new password", user)
        return recovery

    def log_in(self, name: str, password: str, address: str, device: str = "") -> str:
        """Return the token of a half-open session: the password was right.

        ``device``: what her device keeps from an earlier log-in. Raises EntranceError, TooManyError.
        """
        now, user = self.time.now(), name.strip().casefold()
        attempt = self._attempt(user, address, device, now)
        account = self.accounts.account(user)
        right = is_password(account.password if account is not None else None, password)
        if account is None or not right or account.factor is None or self._known(user) is None:
            self._log(user if account is not None else "?", "log-in refused", "")
            raise EntranceError
        attempt.succeeded()
        if is_outdated(account.password):
            self.accounts.rehash(user, hash_password(password))
        return self._begin(user, now, whole=False)

    def second(self, token: str, code: str, address: str, device: str = "") -> str:
        """Return the token of a whole session; the half-open one ends. Raises EntranceError, TooManyError."""
        now = self.time.now()
        half = self._session(token, now, whole=False)
        account = self.accounts.account(half.user) if half is not None else None
        if half is None or account is None:
            raise EntranceError("This took too long; begin again with your name and your password.")
        attempt = self._attempt(half.user, address, device, now)
        if not self._is_right(account, code, now):
            self._log(half.user, "log-in refused", "")
            raise _wrong_code()
        self._succeeded(half.user, attempt)
        self.sessions.end(half.id, now)
        self._log(half.user, "log in", "")
        return self._begin(half.user, now, whole=True)

    def remember(self, token: str) -> str:
        """Return what a device keeps of somebody who has just got in with a token; empty for nobody."""
        session = self._session(token, self.time.now(), whole=True)
        return Devices(self.safe).remember(session.user, self.time.now()) if session is not None else ""

    def is_fresh(self, session: Session) -> bool:
        """Return whether she has shown who she is not long ago: what is grave asks for it anew."""
        return self.time.now() - session.confirmed < FRESH

    def confirm(self, session: Session, code: str, address: str) -> None:
        """Take her one-time code once more. Raises EntranceError, TooManyError."""
        now = self.time.now()
        attempt = self._throttle.begin_inside(session.user, now)
        account = self.accounts.account(session.user)
        if account is None or not self._is_right(account, code, now):
            self._log(session.user, "confirmation refused", "")
            raise _wrong_code()
        self._succeeded(session.user, attempt)
        self.sessions.confirm(session.id, now)
        self._log(session.user, "confirmed", "")

    def change_password(self, session: Session, old: str, new: str, address: str) -> None:
        """Take a new password of somebody who knows the old one; her other sessions end.

        Raises EntranceError, PasswordError, TooManyError.
        """
        now, user = self.time.now(), session.user
        attempt = self._throttle.begin_inside(user, now)
        account = self.accounts.account(user)
        if not is_password(account.password if account is not None else None, old):
            self._log(user, "new password refused", user)
            raise EntranceError("The password you have now is not the one you wrote.")
        self._succeeded(user, attempt)
        check_password(new, user)
        self.accounts.put_password(user, hash_password(new), now)
        self.end_others(user, session.id)
        self._log(user, "new password", user)

    def renew_recovery(self, user: str) -> Sequence[str]:
        """Return new recovery codes, to be shown once; those before work no more."""
        made = codes.new_recovery_codes()
        self.accounts.put_recovery(user, made)
        self._log(user, "new recovery codes", user)
        return made

    def awaits_code(self, token: str) -> str | None:
        """Return who still has to give her second factor; None for nobody."""
        half = self._session(token, self.time.now(), whole=False)
        return half.user if half is not None else None

    def factor(self, user: str) -> str:
        """Return the secret of a second factor: shown to nobody, but in a simulation."""
        account = self.accounts.account(user)
        if account is None or account.factor is None:
            raise EntranceError
        return self.safe.open(FACTOR, user, account.factor).decode()

    def who(self, token: str) -> Session | None:
        """Return the whole session of a token, noted as used now; None where it ended, ran out, or never was."""
        now = self.time.now()
        found = self._session(token, now, whole=True)
        if found is not None and now - found.seen >= _NOTED_EACH:
            self.sessions.seen(found.id, now)
        return found

    def log_out(self, token: str) -> None:
        """End a session."""
        found = self.sessions.find(token)
        if found is not None:
            self.sessions.end(found.id, self.time.now())
            self._log(found.user, "log out", "")

    def open_sessions(self, user: str) -> Sequence[Session]:
        """Return where somebody is logged in."""
        now = self.time.now()
        return [one for one in self.sessions.of(user) if one.whole and _lives(one, now)]

    def end_session(self, user: str, id_: str) -> None:
        """End one of somebody's own sessions."""
        if any(one.id == id_ for one in self.sessions.of(user)):
            self.sessions.end(id_, self.time.now())

    def end_others(self, user: str, but: str) -> None:
        """End all of somebody's sessions but the one she uses."""
        self.sessions.end_all(user, self.time.now(), but=but)

    def recovery_left(self, user: str) -> int:
        """Return how many recovery codes somebody has left."""
        return self.accounts.recovery_left(user)

    @property
    def _throttle(self) -> Throttle:
        return Throttle(SqlAttempts(self.accounts.database))

    def _attempt(self, user: str, address: str, device: str, now: datetime) -> Attempt:
        """Count an attempt to get in; one while it rests is logged, too. Raises TooManyError."""
        try:
            return self._throttle.begin(user, address, now, Devices(self.safe).subject(device, user, now))
        except TooManyError:
            self._log(user if self.accounts.account(user) is not None else "?", "log-in refused", "resting")
            raise

    def _succeeded(self, user: str, attempt: Attempt) -> None:
        attempt.succeeded()
        self._throttle.forgive(user)

    def _session(self, token: str, now: datetime, *, whole: bool) -> Session | None:
        found = self.sessions.find(token) if token else None
        if found is None or found.whole is not whole or not _lives(found, now) or self._known(found.user) is None:
            return None
        return found

    def _is_right(self, account: Account, code: str, now: datetime) -> bool:
        step = codes.step_of(self.factor(account.user), code, now)
        if step is not None:
            return self.accounts.use_step(account.user, step)
        return self.accounts.use_recovery(account.user, codes.as_recovery_code(code), now)

    def _begin(self, user: str, now: datetime, *, whole: bool) -> str:
        token = _token()
        self.sessions.begin(token, user, now, whole=whole)
        return token

    def _is_valid(self, found: SingleUse) -> bool:
        return found.purpose == INVITATION and not found.used and self.time.now() < found.until

    def _known(self, user: str) -> User | None:
        known = self.people.now().users.get(user)
        return None if known is None or known.disabled else known

    def _log(self, by: str, what: str, detail: str) -> None:
        self.access.write([Accessed(at=self.time.now(), by=by, what=what, detail=detail)])


def _wrong_code() -> EntranceError:
    return EntranceError("The code is not right, or it was used before; wait for the next one.")


def _token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _lives(session: Session, now: datetime) -> bool:
    if session.ended is not None:
        return False
    if not session.whole:
        return now - session.begun < HALF_OPEN
    return now - session.seen < IDLE and now - session.begun < LONGEST
