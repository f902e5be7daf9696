"""The use cases refuse what may not run on real people, and write all or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.core.case.commands import Actor, OpenCase
from engine.core.case.reasons import Refused, Why
from engine.core.deciding.library import Library, library_of
from engine.core.deciding.options import Answer
from engine.core.duration import Duration, Unit
from engine.core.errors import VersionError
from engine.core.model import Action, NoNews, Protocol, Rung, RungAt, Step, Target, TargetKind, Track
from engine.run.service import Service
from engine.store.memory import MemoryStore

START = datetime(2026, 3, 2, 3, tzinfo=UTC)
SOK = Actor("sok", frozenset({"case_manager"}))


@dataclass
class FixedTime:
    """A time that stands still until it is moved."""

    instant: datetime = START

    def now(self) -> datetime:
        """Return the instant set."""
        return self.instant


def protocol(**changes: object) -> Protocol:
    end = Action("end", Target(TargetKind.STEP, "over"), who_may=("case_manager",))
    track = Track("main", "one", {"one": Step("one", actions={"end": end}), "over": Step("over", final="done")})
    silence = NoNews((Rung("silent", RungAt.AT_LIMIT, ("supervisor",)),), otherwise=Duration(14, Unit.DAYS))
    made = Protocol("p", "1", {"main": track}, silence, zone="Asia/Phnom_Penh", meaning="m", status="adopted")
    return replace(made, **changes)  # type: ignore[arg-type]


def service(made: Protocol, *, simulation: bool = False) -> Service:
    return Service(MemoryStore(), library_of([made]), FixedTime(), simulation)


OPENING = OpenCase(actor=SOK, enrolment="e", meaning="m")


def test_a_draft_never_runs_on_a_real_case() -> None:
    """Opening a case under a draft is refused, and no case is left behind; a simulation may."""
    draft = protocol(status="draft")
    real = service(draft)
    with pytest.raises(Refused) as refused:
        real.do("c1", OPENING)
    assert [reason.why for reason in refused.value.reasons] == [Why.DRAFT]
    assert list(real.store.cases()) == []
    assert service(draft, simulation=True).do("c1", OPENING).is_open


@pytest.mark.parametrize(("day", "opens"), [(date(2026, 3, 3), False), (date(2026, 3, 2), True)])
def test_a_protocol_opens_cases_from_its_commencement_on(day: date, opens: bool) -> None:
    """The local day counts: at 10:00 in Phnom Penh on 2 March, 2 March has come and 3 March has not."""
    asked = service(protocol(in_force=day))
    if opens:
        assert asked.do("c1", OPENING).is_open
    else:
        with pytest.raises(Refused) as refused:
            asked.do("c1", OPENING)
        assert refused.value.reasons[0].why is Why.NOT_IN_FORCE


def test_a_pass_looks_at_the_cases_that_are_due() -> None:
    """A silent case is looked at when its no-news limit comes, its message waits in the outbox, and not before."""
    made = service(protocol())
    made.do("c1", OPENING)
    assert made.pass_().cases == 0
    later = replace(made, time=FixedTime(START + timedelta(days=14)))
    assert later.pass_().cases == 1
    assert [row.message.to for row in later.store.messages()] == ["supervisor"]
    assert later.pass_().cases == 0


def test_options_are_asked_of_the_stored_case() -> None:
    """The one action of the first step is offered to the role that may take it, and to no other."""
    made = service(protocol())
    made.do("c1", OPENING)
    assert [option.answer for option in made.options("c1", SOK)] == [Answer.ALLOWED]
    assert [option.answer for option in made.options("c1", Actor("dara"))] == [Answer.REFUSED]


def test_one_version_label_has_one_meaning() -> None:
    """Two protocols of the same name and version with different meanings do not make a library."""
    with pytest.raises(VersionError):
        library_of([protocol(), protocol(meaning="other")])
    both: Library = library_of([protocol(), protocol(version="2", meaning="other")])
    assert both.protocol("p").version == "2"
