"""The golden vectors of the clock rules: what two people would compute differently, settled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.core.clocks import clock as clocks
from engine.core.clocks.calendar import Calendar, start_of_day
from engine.core.clocks.clock import Change, Clock, Terms
from engine.core.clocks.firing import RungMessage, Summary, fire
from engine.core.clocks.hold import Hold, longest_until, merged
from engine.core.clocks.limit import Rule
from engine.core.clocks.promise import acknowledge, latest_promise
from engine.core.duration import Duration, Unit
from engine.core.model import RUN_THROUGH_HOLDS, Ends, Extend, IfClosed, Kind, Lasts, Rung, RungAt, Side
from engine.core.values import Approximate, When

pytestmark = pytest.mark.semantics
Json = dict[str, Any]
LONG_AGO = datetime.min.replace(tzinfo=UTC)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def seconds(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 3600 + int(minutes) * 60


def calendar(given: Json) -> Calendar:
    hours = tuple(tuple((seconds(a), seconds(b)) for a, b in given["hours"].get(day, ())) for day in WEEK)
    return Calendar("vector", given["zone"], hours, frozenset(map(date.fromisoformat, given.get("holidays", ()))))


def kept_calendar(given: Json) -> Calendar:
    if given.get("calendar"):
        return calendar(given["calendar"])
    named = given["calendars"]
    return calendar(next(named[key] for key in ("deadline", "owner", "protocol") if named.get(key)))


def duration(given: Json) -> Duration:
    return Duration(given.get("amount", 0), Unit(given["unit"]))


def moment(given: Json) -> date | datetime:
    return instant(given["instant"]) if "instant" in given else date.fromisoformat(given["date"])


def when(given: Json | None) -> When | None:
    if given is None:
        return None
    if "earliest" in given:
        return Approximate(moment(given["earliest"]), moment(given["latest"]))
    return moment(given)


def rung(given: Json) -> Rung:
    words = given["when"]
    by: Duration | None = None
    share = 0
    name = next(iter(words))
    if name in {"share", "share_left"}:
        share = words[name]
    elif name != "at_limit":
        by = duration(words[name])
    repeat = duration(given["repeat"]) if given.get("repeat") else None
    return Rung(
        given["id"],
        RungAt(name),
        tuple(given["to"]),
        share,
        by,
        unless_acknowledged=given.get("unless") == "acknowledged",
        repeat=repeat,
    )


def rule(limit: Json) -> Rule:
    ends = Ends(limit["ends"]) if limit.get("ends") else None
    return Rule(duration(limit), limit.get("before", False), ends, IfClosed(limit.get("if_closed", "stay")))


def terms(given: Json) -> Terms:
    limit, kind = given["limit"], Kind(given.get("kind", "practice"))
    extend = given.get("extend")
    stops = given["on_hold"] == "stops" if "on_hold" in given else kind not in RUN_THROUGH_HOLDS
    return Terms(
        calendar=kept_calendar(given),
        rule=rule(limit),
        kind=kind,
        rungs=tuple(map(rung, given.get("rungs", ()))),
        aim=duration(given["aim"]) if given.get("aim") else None,
        stops_on_hold=stops,
        until_leaving=given.get("until", "leaving the step") == "leaving the step",
        lasts=Lasts(given.get("lasts", "step")),
        side=Side(given.get("side", "protective")),
        extend=extend and Extend(duration(extend["add"]), extend["times"], tuple(extend["who_may"])),
        alarm_without_date=bool(given.get("if_date_unknown")),
        no_news=bool(given.get("no_news")),
    )


@dataclass
class Story:
    """One vector being lived through."""

    terms: Terms
    clock: Clock
    holds: dict[str, Hold] = field(default_factory=dict)
    firings: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    settled: datetime = LONG_AGO

    @property
    def held(self) -> clocks.Held:
        return merged(self.holds.values())

    def take(self, change: Change) -> None:
        self.clock = change.clock
        for notice in change.notices:
            said: Json = {"to": notice.to, "at": notice.at, "kind": notice.kind.value}
            if notice.limit:
                said["limit"] = notice.limit
            self.messages.append(said)

    def settle(self, now: datetime) -> None:
        """Let holds end by themselves, in order, before anything else happens at this instant."""
        for _, end in sorted(self.held, key=lambda span: span[1]):
            if self.settled < end <= now:
                self.take(clocks.recompute(self.clock, self.terms, self.held, end))
        self.settled = now

    def live(self, event: Json, now: datetime) -> bool:
        """Feed one event; return whether it was accepted."""
        happened = (
            date.fromisoformat(event["happened_on"])
            if "happened_on" in event
            else instant(event.get("happened") or event["recorded"])
        )
        return EVENTS[event["event"]](self, event, now, happened)

    def run_pass(self, now: datetime) -> None:
        done = fire(self.clock, self.terms, self.held, now)
        self.clock = done.clock
        for firing in done.firings:
            self.firings.append(
                {
                    "rung": firing.rung,
                    "generation": firing.generation,
                    "occurrence": firing.occurrence,
                    "scheduled": firing.scheduled,
                    "fired": firing.fired,
                    "late": firing.late,
                    "kind": firing.kind.value,
                }
            )
        self.messages.extend(map(spoken, done.messages))


def spoken(message: RungMessage | Summary) -> Json:
    if isinstance(message, Summary):
        return {
            "to": message.to,
            "at": message.at,
            "kind": "summary",
            "lists": [list(item) for item in message.lists],
        }
    return {
        "to": message.to,
        "at": message.at,
        "kind": "rung",
        "rung": message.rung,
        "generation": message.generation,
        "occurrence": message.occurrence,
        "late": message.late,
        "lists": [list(item) for item in message.lists],
    }


Happened = date | datetime


def _ends(story: Story, _: Json, now: datetime, happened: Happened) -> bool:
    story.take(clocks.end(story.clock, story.terms, happened, story.held, now))
    return True


def _leave(story: Story, _: Json, now: datetime, happened: Happened) -> bool:
    story.take(clocks.leave_step(story.clock, story.terms, happened, story.held, now))
    return True


def _close(story: Story, _: Json, now: datetime, happened: Happened) -> bool:
    story.clock = clocks.close_track(story.clock, story.terms, story.held, now, happened)
    return True


def _void(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    story.clock = clocks.void(story.clock, story.terms, event.get("reason", ""), story.held, now, happened)
    return True


def _start(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    start = when(event["start"])
    assert start is not None
    story.take(clocks.correct_start(story.clock, story.terms, start, story.held, now))
    return True


def _contact(story: Story, _: Json, now: datetime, happened: Happened) -> bool:
    story.take(clocks.contact(story.clock, story.terms, happened, story.held, now))
    return True


def _risk_up(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    story.take(clocks.tighten(story.clock, story.terms, duration(event["limit"]), happened, story.held, now))
    return True


def _new_limit(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    story.terms = replace(story.terms, rule=rule(event["limit"]))
    story.take(clocks.change_limit(story.clock, story.terms, duration(event["limit"]), story.held, now))
    return True


def _risk_down(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    if not event.get("reason") or not event.get("supervisor_consents"):
        return False
    return _new_limit(story, event, now, happened)


def _calendar(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    story.terms = replace(story.terms, calendar=calendar(event["calendar"]))
    story.take(clocks.recompute(story.clock, story.terms, story.held, now))
    return True


def _extend(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    if clocks.may_extend(story.clock, story.terms, event.get("by", ""), event.get("reason") or ""):
        return False
    story.take(clocks.extend_limit(story.clock, story.terms, story.held, now))
    return True


def _hold(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    until = instant(event.get("until") or event["recorded"])  # a hold without an end is none
    longest, name = longest_until(now, story.terms.calendar), event.get("id", "")
    if not event.get("reason") or not now < until <= longest or name in story.holds:
        return False
    confirmed = now if event.get("confirmed", True) else None
    story.holds[name] = Hold(name, now, until, event["reason"], confirmed)
    return True


def _renew(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    hold, until = story.holds.get(event.get("id", "")), instant(event.get("until") or event["recorded"])
    longest = longest_until(now, story.terms.calendar)
    if hold is None or hold.is_over(now) or not event.get("reason", "renewed") or not now < until <= longest:
        return False
    story.holds[hold.id] = replace(hold, until=until)
    return True


def _confirm(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    hold = story.holds.get(event.get("id", ""))
    if hold is None or hold.is_over(now):
        return False
    story.holds[hold.id] = replace(hold, confirmed=hold.confirmed or now)
    return True


def _end_hold(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    hold = story.holds.get(event.get("id", ""))
    if hold is None or hold.is_over(now):
        return False
    story.holds[hold.id] = replace(hold, ended=now)
    story.take(clocks.recompute(story.clock, story.terms, story.held, now))
    return True


def _acknowledge(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    promised = instant(event["promised"])
    if not now < promised <= latest_promise(story.terms, now):
        return False
    story.clock = acknowledge(story.clock, story.terms, promised, story.held, now)
    return True


def _nothing(story: Story, event: Json, now: datetime, happened: Happened) -> bool:
    return True


EVENTS: dict[str, Callable[[Story, Json, datetime, Happened], bool]] = {
    "ends": _ends,
    "leave_step": _leave,
    "close_track": _close,
    "void": _void,
    "start_known": _start,
    "correct_start": _start,
    "contact": _contact,
    "risk_up": _risk_up,
    "risk_down": _risk_down,
    "risk_correction": _new_limit,
    "new_limit": _new_limit,
    "new_calendar": _calendar,
    "extend": _extend,
    "hold": _hold,
    "renew_hold": _renew,
    "confirm_hold": _confirm,
    "end_hold": _end_hold,
    "acknowledge": _acknowledge,
    "transfer": _nothing,
}


def live_through(vector: Json) -> Json:
    """Return what came out, in the words of the vector's ``then``."""
    given, asked = vector["given"], instant(vector["asked"])
    rules = terms(given)
    quiet = instant(given["quiet_until"]) if given.get("quiet_until") else None
    opened = instant(given["opened"])
    story = Story(rules, clocks.open_clock(rules, when(given.get("start")), opened, quiet_until=quiet))
    # At one instant every event comes before a pass, however they are listed.
    for event in sorted(vector.get("when", ()), key=lambda e: (instant(e["recorded"]), e["event"] == "pass")):
        now = instant(event["recorded"])
        story.settle(now)
        if event["event"] == "pass":
            story.run_pass(now)
        elif not story.live(event, now):
            story.refused.append({"at": now, "event": event["event"]})
    story.settle(asked)
    return outcome(story, asked)


def outcome(story: Story, asked: datetime) -> Json:
    clock = story.clock
    standing = clocks.standing(clock, story.terms, story.held, asked)
    found: Json = {
        "limits": [{"generation": g.number, "limit": g.limit} for g in clock.generations],
        "outcome": standing,
        "firings": story.firings,
        "messages": story.messages,
        "missed_generations": [g.number for g in clock.generations[:-1] if g.missed],
        "recorded_over_24_hours_late": clock.recorded_over_24_hours_late,
        "refused": story.refused,
        "reason": clock.reason,
    }
    if standing == "met":
        found["recorded_late"] = clock.recorded_late
    if clock.generations:
        found["aim"] = clock.now.aim
    return found


TIMES = {"limit", "scheduled", "fired", "at", "aim"}
#: What ``then`` leaves out has this value, so that something unexpected is not passed over.
SILENT = {"missed_generations": [], "recorded_over_24_hours_late": False, "refused": []}


def read(value: Any, key: str = "") -> Any:
    """Return a vector's value with its instants as instants, so that equal times in two zones are equal."""
    if isinstance(value, dict):
        return {name: read(part, name) for name, part in value.items() if name != "why"}
    if isinstance(value, list):
        return [read(part, key) for part in value]
    return instant(value) if key in TIMES and isinstance(value, str) else value


def as_told(found: list[Json], expected: list[Json]) -> list[Json]:
    """Return what was said, each message cut to the keys its vector speaks of (a summary may list more)."""
    if len(found) != len(expected):
        return found
    return [{key: said.get(key) for key in wanted} for said, wanted in zip(found, expected, strict=True)]


def vectors(folder: Path) -> list[Json]:
    found = [item for path in sorted(folder.glob("*.json")) for item in json.loads(path.read_text("utf-8"))]
    return [item for item in found if item["about"] == "clock"]


def test_every_clock_vector_comes_out_as_written(semantics_folder: Path) -> None:
    """Each golden vector of a clock gives exactly the values under ``then``."""
    wrong = []
    for vector in vectors(semantics_folder):
        expected = SILENT | read(vector["then"])
        found = live_through(vector)
        found["messages"] = as_told(found["messages"], expected.get("messages", []))
        differing = {key: (expected[key], found.get(key)) for key in expected if expected[key] != found.get(key)}
        if differing:
            wrong.append((vector["id"], vector["title"], differing))
    assert not wrong, "\n".join(map(str, wrong))


def test_there_are_vectors_to_check(semantics_folder: Path) -> None:
    """An empty folder is no proof."""
    assert vectors(semantics_folder)


def test_a_wrong_expectation_is_noticed(semantics_folder: Path) -> None:
    """A vector whose limit is changed by a second no longer agrees, so the comparison compares."""
    vector = next(
        item for item in vectors(semantics_folder) if any(g["limit"] for g in item["then"].get("limits", ()))
    )
    changed = [g["limit"] and g["limit"] + timedelta(seconds=1) for g in read(vector["then"])["limits"]]
    assert [g["limit"] for g in live_through(vector)["limits"]] != changed


def test_a_day_without_a_vector_still_starts_at_midnight() -> None:
    """The adapter's own reading of a date is local midnight, as the vectors say."""
    zone = calendar({"zone": "Asia/Phnom_Penh", "hours": {}}).tz
    assert start_of_day(date(2026, 3, 2), zone) == datetime(2026, 3, 1, 17, tzinfo=UTC)
