"""Whether an office is well: what a monitor asks every few minutes, and what the first line of a screen says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.run.setup.office import Office
from engine.run.ticks.passing import DRIFT
from engine.store.ports import Posted
from engine.store.sql.calls import SqlCalls
from engine.store.sql.meta import BRAKE, LAST_CHECKPOINT, LAST_PASS
from engine.store.sql.webhooks import SqlWebhooks

#: The worker is late when its last pass is older, whatever its tick.
LATE_PASS = timedelta(minutes=5)
#: Mail is stuck when a message that is due has waited longer.
STUCK_MAIL = timedelta(hours=1)
#: A checkpoint is made each day.
OLD_CHECKPOINT = timedelta(days=2)
#: So many frozen cases are named.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``words``: how it is, and what to do where it is not well."""

    name: str
    is_well: bool
    words: str


def health(office: Office, now: datetime) -> list[Check]:
    """Return how the office is at an instant (UTC). Raises what the database or the keys raise."""
    return [*_checks(office, now)]


def _checks(office: Office, now: datetime) -> Iterator[Check]:
    yield Check("database", True, f"schema in order, {office.database.path}")
    yield _keys(office)
    yield _worker(office, now)
    brake = office.meta.get(BRAKE)
    words = f"{brake} Look at the machine's clock, then run `spean resume`." if brake else "off"
    yield Check("brake", not brake, words)
    yield _mail(office, now)
    yield from _webhooks(office)
    waiting = office.incidents.all(open_only=True)
    words = f"{len(waiting)} open; `spean incident list` shows them" if waiting else "none"
    yield Check("incidents", not waiting, words)
    yield _checkpoint(office, now)
    yield _clock(office, now)
    yield _frozen(office)


def _keys(office: Office) -> Check:
    known = set(office.keyring.keys())
    missing = len(office.cases.keys() - known)
    if missing:
        words = (
            f"{missing} persons' keys are missing: all that is private of them reads as erased; put the newest copy"
            " of the keys back, or, if they were erased after the backup that was restored, erase them again"
        )
        return Check("keys", False, words)
    return Check("keys", True, f"{len(known)} persons' keys")


def _frozen(office: Office) -> Check:
    """A frozen case is silent, whatever became of its incident."""
    cases = office.cases.frozen()
    words = f"{', '.join(cases[:NAMED])}{', ...' if len(cases) > NAMED else ''}; `spean verify` says why"
    return Check("frozen", not cases, words if cases else "none")


def _worker(office: Office, now: datetime) -> Check:
    last = office.meta.instant(LAST_PASS)
    late = max(LATE_PASS, 3 * timedelta(seconds=office.settings.worker.tick_seconds))
    if last is None:
        return Check("worker", False, "it has never run; start `spean worker`")
    words = f"last pass {last:%Y-%m-%d %H:%M} UTC"
    if abs(now - last) > late:
        return Check("worker", False, f"{words}; start `spean worker`, or see what holds it up")
    return Check("worker", True, words)


def _clock(office: Office, now: datetime) -> Check:
    """Say that cases were recorded ahead of the clock: in them it is later than now, so nothing fires before then."""
    ahead = office.cases.recorded_after(now + DRIFT)
    if not ahead:
        return Check("clock", True, "no case is ahead of it")
    words = (
        f"in {ahead} cases something is recorded later than now, and nothing fires there before that time; set the"
        " clock right, or, if it is right and was wrong before, restore a backup of before"
    )
    return Check("clock", False, words)


def _mail(office: Office, now: datetime) -> Check:
    oldest = office.outbox.oldest()
    if oldest is None or oldest > now:
        return Check("mail", True, "nothing is overdue")
    words = f"the oldest message waits since {oldest:%Y-%m-%d %H:%M} UTC"
    return Check("mail", now - oldest <= STUCK_MAIL, f"{words}; `spean outbox list` shows why")


def _webhooks(office: Office) -> Iterator[Check]:
    """Say how the webhooks are, where there are any: an owner without an account hears nothing any more."""
    known = SqlWebhooks(office.database).all()
    if not known:
        return
    counts, users = SqlCalls(office.database).counts(), office.people.now().users
    dead = sum(counts.get(one.id, {}).get(Posted.DEAD, 0) for one in known)
    deaf = [one.id for one in known if one.owner not in users or users[one.owner].disabled]
    words = [f"{dead} calls were given up; `spean webhook deliveries` shows them"] if dead else []
    words += [f"the owner of {one} has no account any more, so it is told nothing" for one in deaf]
    yield Check("webhooks", not words, "; ".join(words) or f"{len(known)} are told what happens")


def _checkpoint(office: Office, now: datetime) -> Check:
    last = office.meta.get(LAST_CHECKPOINT)
    if not last:
        return Check("checkpoint", False, "none was made; `spean worker` makes one each day, `spean checkpoint` now")
    old = now.date() - datetime.fromisoformat(last).date() > OLD_CHECKPOINT
    return Check("checkpoint", not old, f"the last one is of {last}")
