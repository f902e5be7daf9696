"""Hypothesis strategies for protocols: small, odd, but such as the compiler lets through."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from engine.core.conditions import (
    And,
    Condition,
    ConsentGiven,
    FactTest,
    IsChild,
    Not,
    Or,
    TaskIs,
    Test,
    TrackIs,
    TrackTest,
)
from engine.core.duration import Duration
from engine.core.model import (
    Action,
    Basis,
    CountsFrom,
    Deadline,
    Ends,
    Entering,
    Extend,
    FieldType,
    Forbidden,
    FromDeadline,
    FromField,
    IfClosed,
    IfMissed,
    Kind,
    Lasts,
    Limit,
    Protocol,
    Role,
    Rung,
    RungAt,
    Side,
    Starts,
    Step,
    Task,
    Track,
)
from tests.builders.protocols import FIELDS, action, field, final, lasting, needs, protocol
from tests.builders.protocols import track as track_of

TRACKS, STEPS = ("main", "side", "third"), ("one", "two", "three")
CODES = st.sampled_from(["a", "b", "c"])
LIMITS = st.sampled_from(
    [
        "4 hours",
        "24 hours",
        "72 hours",
        "3 days",
        "2 weeks",
        "1 month",
        "8 working hours",
        "5 working days",
        "same day",
    ]
).map(lasting)
LONG = st.sampled_from(["3 days", "2 weeks", "5 working days", "72 hours"]).map(lasting)


@cache
def leaves() -> st.SearchStrategy[Condition]:
    """Return one question about a fact, consent, track, task or age."""
    return st.one_of(
        st.builds(FactTest, st.sampled_from(["answer", "other", "last of_visit", "of_visit"]),
                  st.sampled_from([Test.IS, Test.IS_NOT]), CODES),
        st.builds(FactTest, st.sampled_from(["answer", "day", "amount", "outcome"]), st.just(Test.IS_KNOWN)),
        st.builds(FactTest, st.just("amount"), st.sampled_from([Test.AT_LEAST, Test.LESS_THAN]), st.integers(0, 5)),
        st.builds(FactTest, st.sampled_from(["day", "moment"]), st.just(Test.PASSED), LONG.filter(_counts)),
        st.builds(ConsentGiven, st.sampled_from(["exam", "stay"])),
        st.just(IsChild()),
        st.builds(TrackIs, st.sampled_from(TRACKS), st.sampled_from([TrackTest.AT, TrackTest.REACHED]),
                  st.sampled_from(STEPS)),
        st.builds(TrackIs, st.sampled_from(TRACKS), st.just(TrackTest.ENDED)),
        st.builds(TaskIs, st.sampled_from(["visit", "calls"]), st.integers(0, 2)),
    )  # fmt: skip


def _counts(duration: Duration) -> bool:
    return "working" not in duration.unit.value


@cache
def conditions() -> st.SearchStrategy[Condition]:
    """Return a condition of at most two levels."""
    parts = st.tuples(leaves(), leaves())
    return st.one_of(leaves(), leaves(), st.builds(Not, leaves()), st.builds(And, parts), st.builds(Or, parts))


@cache
@st.composite
def rungs(draw: st.DrawFn) -> tuple[Rung, ...]:
    """Return an escalation of one to three rungs."""
    first = [
        Rung("half", RungAt.SHARE, ("caseworker",), share=50),
        Rung("left", RungAt.SHARE_LEFT, ("caseworker", "supervisor"), share=80),
        Rung("start", RungAt.AFTER_START, ("caseworker",), by=lasting("2 hours")),
        Rung("soon", RungAt.BEFORE_LIMIT, ("caseworker",), by=lasting("1 day"), unless_acknowledged=True),
        Rung("due", RungAt.AT_LIMIT, ("supervisor",)),
        Rung("over", RungAt.AFTER_LIMIT, ("supervisor", "director"), by=lasting("2 working days")),
    ]
    return tuple(draw(st.lists(st.sampled_from(first), min_size=1, max_size=3, unique_by=lambda rung: rung.id)))


@cache
@st.composite
def limits(draw: st.DrawFn, name: str) -> Limit:
    """Return a limit: fixed, depending on risk, or before a date."""
    basis = Basis(draw(st.sampled_from(list(Kind))))
    ends, closed = draw(st.sampled_from([None, None, *Ends])), draw(st.sampled_from(list(IfClosed)))
    shape = draw(st.integers(0, 5))
    if shape == 0:
        cases = {"high": lasting("24 hours"), "low": lasting("5 days")}
        otherwise = draw(st.none() | LIMITS)
        return Limit(name, basis, depends_on="risk", cases=cases, otherwise=otherwise, ends=ends, if_closed=closed)
    if shape == 1:
        return Limit(name, basis, duration=lasting("14 days"), before="day", ends=ends, if_closed=closed)
    return Limit(name, basis, duration=draw(LIMITS), aim=draw(st.none() | LIMITS), ends=ends, if_closed=closed)


@cache
def origins(earlier: str | None) -> st.SearchStrategy[CountsFrom]:
    """Return what a clock counts from: entering most often, a date, or the earlier deadline of the step."""
    known: list[CountsFrom] = [Entering(), Entering(), FromField("day"), FromField("moment")]
    if earlier:
        known += [FromDeadline(earlier, "met"), FromDeadline(earlier, "limit")]
    return st.sampled_from(known)


@cache
@st.composite
def deadlines(draw: st.DrawFn, name: str, actions: tuple[str, ...], earlier: str | None) -> Deadline:
    """Return a deadline; ``earlier`` is another one of the step that it may count from."""
    limit = draw(limits(name))
    counts_from = draw(origins(earlier))
    moves = bool(actions) and isinstance(counts_from, Entering) and limit.before is None and draw(st.booleans())
    if moves:
        limit = Limit(name, limit.basis, duration=draw(LONG))
    missed = draw(st.none() | st.just(IfMissed({"outcome": "missed"}, "explain", ("supervisor",))))
    return Deadline(
        name,
        limit,
        applies_when=draw(st.none() | conditions()),
        counts_from=counts_from,
        if_date_unknown=draw(st.booleans()),
        until=draw(st.none() | conditions()),
        lasts=draw(st.sampled_from(list(Lasts))),
        stops_on_hold=draw(st.booleans()),
        rungs=draw(rungs()),
        if_missed=missed,
        then=draw(st.sampled_from(actions)) if moves else None,
        extend=draw(st.none() | st.just(Extend(lasting("3 days"), 1, ("supervisor",)))),
        side=draw(st.sampled_from(list(Side))),
    )


@cache
@st.composite
def actions_of(draw: st.DrawFn, index: int, tracks: tuple[str, ...], name: str) -> Action:
    """Return an action of a step; automatic ones lead forward only."""
    automatic = draw(st.integers(0, 4)) == 0
    onward = [*STEPS[index + 1 :], "done"]
    anywhere = [*STEPS, "done", "here", "previous", *(f"{other}.one" for other in tracks)]
    to = draw(st.sampled_from(onward if automatic else anywhere))
    closes = draw(st.sampled_from([(), (), (), tracks[1:]])) if not automatic else ()
    words = draw(st.sampled_from([(), (), ("field answer",), ("consent exam",), ("task visit",)]))
    starts = Starts("test", ("answer", "of_visit"), draw(st.sampled_from([None, None, "amount"])))
    by_hand = {} if automatic else {
        "approval": draw(st.sampled_from([None, None, None, "supervisor"])),
        "exception": draw(st.sampled_from([None, None, None, "life_saving"])),
    }  # fmt: skip
    return action(
        name,
        to,
        automatic=automatic,
        only_if=draw(conditions() if automatic else st.none() | conditions()),
        closes=closes,
        required=needs(*words),
        set=draw(st.sampled_from([{}, {}, {"other": "a"}, {"of_visit": "b"}])),
        starts=draw(st.sampled_from([None, None, None, None, starts])),
        **by_hand,
    )


@cache
@st.composite
def steps(draw: st.DrawFn, index: int, tracks: tuple[str, ...]) -> Step:
    """Return one step that is not final."""
    acts = [draw(actions_of(index, tracks, f"act{i}")) for i in range(draw(st.integers(1, 3)))]
    by_hand = tuple(act.id for act in acts if not act.automatic)
    found: dict[str, Deadline] = {}
    for number in range(draw(st.integers(0, 2))):
        earlier = f"limit{number - 1}" if number else None
        found[f"limit{number}"] = draw(deadlines(f"limit{number}", by_hand, earlier))
    return Step(
        STEPS[index],
        collect=("answer", "of_visit"),
        tasks={task.id: task for task in draw(tasks())},
        deadlines=found,
        actions={act.id: act for act in acts},
    )


@cache
@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    """Return the tasks of a step: a one-off, a grid or a rhythm, and the one that explains a miss."""
    own = draw(st.lists(deadlines("by", (), None), max_size=1))
    known = {item.id: item for item in own}
    offsets = (lasting("1 week"), lasting("1 month"), lasting("3 months"))
    return [
        Task("explain", required=False, deadlines=known),
        *draw(st.sampled_from([
            [],
            [Task("visit", required=False, deadlines=known)],
            [Task("visit", deadlines=known)],
            [Task("calls", offsets=offsets, after="day", deadlines=known)],
            [Task("calls", every=lasting("2 weeks"), from_last_done=True, deadlines=known)],
            [Task("calls", every=lasting("2 weeks"), until=FactTest("answer", Test.IS, "c"), deadlines=known)],
        ])),
    ]  # fmt: skip


@cache
@st.composite
def tracks(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> Track:
    """Return one track of three steps and a final one."""
    built = [draw(steps(index, names)) for index in range(3)]
    opens = None if name == "main" else draw(conditions())
    anywhere = draw(st.sampled_from([(), (action("leave", "done"),), (action("act0", "two"),)]))
    return track_of(name, *built, final(), any_step=anywhere, opens_when=opens, again=draw(st.booleans()))


@cache
@st.composite
def random_protocols(draw: st.DrawFn) -> Protocol:
    """Return a protocol of one to three tracks with up to two forbidden rules."""
    names = TRACKS[: draw(st.integers(1, 3))]
    blocks = st.sampled_from([(), (), ("act1",), ("main.one.act0",)])
    rules = [
        Forbidden(f"rule{number}", draw(conditions()), draw(blocks), ("supervisor",))
        for number in range(draw(st.integers(0, 2)))
    ]
    fields = {item.id: item for item in (*FIELDS, field("outcome", FieldType.TEXT))}
    roles = {"caseworker": Role("caseworker"), "supervisor": Role("supervisor")}
    return protocol(*(draw(tracks(name, names)) for name in names), forbidden=rules, fields=fields, roles=roles)
