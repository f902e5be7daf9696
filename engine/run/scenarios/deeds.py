"""What an item of a story does, as commands of the core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from engine.core.case import commands
from engine.core.case.commands import Actor
from engine.core.case.reasons import Refused
from engine.core.case.state import Case, CaseClock, Enrolment, Place, TrackState, Waiting, WaitingKind
from engine.core.clocks.calendar import Calendar
from engine.core.deciding.draft import Draft
from engine.core.deciding.facts import read_value, why_not
from engine.core.deciding.requests import linked_opening
from engine.core.deciding.rulebook import Rulebook
from engine.core.deciding.world import task_of
from engine.core.model import Action, Field, FieldType
from engine.core.values import UNKNOWN, Value
from engine.protocol.reading.nodes import Scalar
from engine.run.scenarios import times
from engine.run.scenarios.faults import StoryError
from engine.run.scenarios.script import Item
from engine.run.scenarios.stage import Stage, every_role, somebody
from engine.run.scenarios.words import means, of_reasons

#: What a case is called that the story does not name.
CASE = "case"
_DATA_PROTECTION = commands.DATA_PROTECTION_OFFICER


@dataclass(frozen=True, slots=True)
class Found:
    """An action where it can be taken."""

    enrolment: Enrolment
    track: str
    action: Action


class Deeds:
    """Lets the items of a story happen on a stage."""

    def __init__(self, stage: Stage, calendar: Calendar) -> None:
        """``calendar``: by which the story's own times are reckoned."""
        self.stage = stage
        self.calendar = calendar

    def do(self, item: Item) -> None:
        """Do what the item says. Raises StoryError where it cannot be done."""
        try:
            _DEEDS[item.deed](self, item)
        except Refused as refused:
            named = item.get(item.deed)
            name = named.text if isinstance(named, Scalar) else item.deed
            raise StoryError(f"`{name}` was refused: {', '.join(of_reasons(refused.reasons))}.") from refused

    def attempt(self, item: Item) -> list[str]:
        """Return the reasons for which the item's action is refused; none where it is not."""
        name = item.word("try")
        try:
            if name == "erase":
                self._erase(item)
            else:
                self._act(item, "try")
        except Refused as refused:
            return of_reasons(refused.reasons)
        return []

    def case(self, item: Item) -> Case:
        """Return the case an item is about."""
        return self.stage.life(item.word("case", CASE)).case

    def find(self, case: Case, written: str, protocol: str = "") -> Found:
        """Return where an action can be taken now, the first in file order. Raises StoryError where nowhere."""
        track, _, name = written.rpartition(".")
        offered: dict[str, Found] = {}
        for found in self._offered(case):
            if not is_meant(found.enrolment, protocol, case):
                continue
            if found.action.id == name and track in {"", found.track}:
                return found
            offered.setdefault(f"{found.track}.{found.action.id}", found)
        near = get_close_matches(written, [*offered, *(key.rpartition(".")[2] for key in offered)], n=1)
        meant = f" Did you mean `{near[0]}`?" if near else ""
        where = ", ".join(f"{track} at {state.step}" for track, state in _open_tracks(case))
        raise StoryError(f"No open track offers the action `{written}` ({where}).{meant}")

    def values(self, item: Item, key: str, case: Case | None) -> dict[str, Value]:
        """Return the answers behind a key, read as the fields say."""
        return {name: self.value(name, text, case) for name, text in item.answers(key).items()}

    def happened(self, item: Item) -> date | datetime | None:
        """Return when the item happened, if it says so."""
        text = item.word("happened")
        return times.read_when(text, self.stage.now, self.calendar) if text else None

    def actor(self, item: Item, *otherwise: str) -> Actor:
        """Return who does an item."""
        return somebody(*(item.words("as") or otherwise))

    def rules(self, enrolment: Enrolment) -> Rulebook:
        """Return the protocol of an enrolment."""
        return self.stage.library.rulebooks[enrolment.meaning]

    def act(self, case: Case, found: Found, **given: object) -> commands.Act:
        """Return the command for an action."""
        return commands.Act(enrolment=found.enrolment.id, track=found.track, action=found.action.id, **given)  # type: ignore[arg-type]

    def _offered(self, case: Case) -> Iterator[Found]:
        for enrolment in case.enrolments.values():
            moves = self.rules(enrolment).moves
            for track in self.rules(enrolment).protocol.tracks:
                state = enrolment.tracks.get(track)
                if enrolment.is_open and state is not None and state.place is Place.OPEN:
                    for action in moves[track].at(state.step).values():
                        yield Found(enrolment, track, action)

    def value(self, name: str, text: str, case: Case | None) -> Value:
        """Return an answer, read as its field says. Raises StoryError where it is none."""
        field = self._field(name, case)
        value = (
            self._when(field, text) if field.type in {FieldType.DATE, FieldType.MOMENT} else read_value(field, text)
        )
        wrong = why_not(field, value)
        if wrong:
            raise StoryError(f"{name}: {wrong}.")
        return value

    def _when(self, field: Field, text: str) -> Value:
        if text == UNKNOWN:
            return text
        found = times.read_when(text, self.stage.now, self.calendar)
        if field.type is FieldType.DATE and isinstance(found, datetime):
            return found.astimezone(self.calendar.tz).date()
        return found

    def _field(self, name: str, case: Case | None) -> Field:
        runs = case.enrolments.values() if case else ()
        books = [*(self.rules(one) for one in runs), *self.stage.library.rulebooks.values()]
        found = next((field for one in books if (field := one.field(name)) is not None), None)
        if found is None:
            known = {id_ for one in books for id_ in one.protocol.fields}
            near = get_close_matches(name, known, n=1)
            raise StoryError(f"No protocol has the field `{name}`." + (f" Did you mean `{near[0]}`?" if near else ""))
        return found

    def _meaning(self, protocol: str) -> str:
        for meaning, rules in self.stage.library.rulebooks.items():
            if rules.protocol.id == protocol:
                return meaning
        known = ", ".join(sorted(rules.protocol.id for rules in self.stage.library.rulebooks.values()))
        raise StoryError(f"There is no protocol `{protocol}`; there are: {known}.")

    def _run(self, item: Item, command: commands.AnyCommand) -> None:
        self.stage.do(item.word("case", CASE), command)

    # What each deed does

    def _open(self, item: Item) -> None:
        protocol = item.word("open")
        command = commands.OpenCase(
            actor=self.actor(item, *every_role(self.stage.library)),
            enrolment=protocol,
            meaning=self._meaning(protocol),
            facts=self.values(item, "facts", None),
            happened=self.happened(item),
            at_step=item.word("at_step") or None,
        )
        self._run(item, command)

    def _stand(self, item: Item) -> None:
        track, _, step = item.word("stand").partition(".")
        for enrolment in self.case(item).enrolments.values():
            known = self.rules(enrolment).protocol.tracks.get(track)
            if enrolment.is_open and known is not None and step in known.steps:
                return self.stage.put(item.word("case", CASE), enrolment.id, track, step)
        raise StoryError(f"There is no step `{item.word('stand')}`; write TRACK.STEP.")

    def _enrol(self, item: Item) -> None:
        protocol = item.word("enrol")
        case = self.case(item)
        taken = sum(one.protocol == protocol for one in case.enrolments.values())
        asked = next((one.id for one in _waiting(case, WaitingKind.REQUEST) if one.protocol == protocol), "")
        command = commands.Enrol(
            actor=self.actor(item, *every_role(self.stage.library)),
            enrolment=f"{protocol}{taken + 1}" if taken else protocol,
            meaning=self._meaning(protocol),
            happened=self.happened(item),
            request=asked,
        )
        self._run(item, command)

    def _reopen(self, item: Item) -> None:
        protocol = item.word("reopen")
        taken = sum(one.protocol == protocol for one in self.case(item).enrolments.values())
        command = commands.Reopen(
            actor=self.actor(item, *every_role(self.stage.library)),
            enrolment=f"{protocol}{taken + 1}" if taken else protocol,
            meaning=self._meaning(protocol),
            reason=item.word("reason", "She came back."),
            at_step=item.word("at_step") or None,
        )
        self._run(item, command)

    def _start(self, item: Item) -> None:
        asked = self._request(item, item.word("start"))
        case = self.case(item)
        name = item.word("case_opened") or f"{item.word('start')}_{asked.id}"
        self.stage.do(name, linked_opening(case, asked.id, self.stage.library))
        answer = commands.Answer(actor=self._asked(item, asked), waiting=asked.id, agrees=True, case=name)
        self._run(item, answer)

    def _decline(self, item: Item) -> None:
        asked = self._request(item, item.word("decline"))
        reason = item.word("reason", "It is not for us.")
        self._run(
            item, commands.Answer(actor=self._asked(item, asked), waiting=asked.id, agrees=False, reason=reason)
        )

    def _request(self, item: Item, protocol: str) -> Waiting:
        for one in _waiting(self.case(item), WaitingKind.REQUEST):
            if one.protocol == protocol:
                return one
        raise StoryError(f"Nobody has asked for `{protocol}`.")

    def _do(self, item: Item) -> None:
        self._act(item, "do")

    def _act(self, item: Item, key: str) -> None:
        case = self.case(item)
        found = self.find(case, item.word(key), item.word("protocol"))
        approver = item.word("approved_by")
        if approver and not found.action.approval:
            raise StoryError(f"`{found.action.id}` asks for no approval; take `approved_by` out.")
        command = self.act(
            case,
            found,
            actor=self.actor(item, *found.action.who_may[:1]),
            facts=self.values(item, "facts", case),
            happened=self.happened(item),
            reason=item.word("reason", "An emergency." if item.get("exception") else ""),
            approved_by=somebody(approver, called=f"another {approver}") if approver else None,
            exception=bool(item.get("exception")),
        )
        self._run(item, command)

    def _ask(self, item: Item) -> None:
        case = self.case(item)
        found = self.find(case, item.word("ask"), item.word("protocol"))
        command = commands.AskApproval(
            actor=self.actor(item, *found.action.who_may[:1]),
            enrolment=found.enrolment.id,
            track=found.track,
            action=found.action.id,
            facts=self.values(item, "facts", case),
            happened=self.happened(item),
            reason=item.word("reason"),
        )
        self._run(item, command)

    def _agree(self, item: Item) -> None:
        self._answer(item, item.word("agree"), agrees=True)

    def _disagree(self, item: Item) -> None:
        self._answer(item, item.word("disagree"), agrees=False)

    def _answer(self, item: Item, name: str, *, agrees: bool) -> None:
        asked = next(
            (one for one in _waiting(self.case(item)) if name in {one.action, one.kind.value, one.role}), None
        )
        if asked is None:
            raise StoryError(f"Nothing waits for an answer about `{name}`.")
        reason = item.word("reason", "" if agrees else "Not like this.")
        answer = commands.Answer(actor=self._asked(item, asked), waiting=asked.id, agrees=agrees, reason=reason)
        self._run(item, answer)

    def _asked(self, item: Item, asked: Waiting) -> Actor:
        roles = item.words("as") or tuple(role for role in asked.asked if not role.startswith("user:"))
        person = next((one.removeprefix("user:") for one in asked.asked if one.startswith("user:")), "")
        roles = roles or tuple(every_role(self.stage.library))
        return somebody(*roles[:1], called=person or f"another {roles[0]}")

    def _record(self, item: Item) -> None:
        case = self.case(item)
        approver = item.word("approved_by")
        command = commands.Record(
            actor=self.actor(item, *every_role(self.stage.library)),
            facts=self.values(item, "record", case),
            enrolment=self._enrolment(item, case),
            happened=self.happened(item),
            contact=bool(item.get("contact")),
            correction=bool(item.get("correction")),
            reason=item.word("reason"),
            approved_by=somebody(approver, called=f"another {approver}") if approver else None,
        )
        self._run(item, command)

    def _enrolment(self, item: Item, case: Case) -> str:
        """Return the run that is named, else the first open one that knows all the questions."""
        wanted, asked = item.word("protocol"), set(item.answers("record"))
        runs = case.enrolments.values()
        named = [one.id for one in runs if wanted in {one.protocol, one.id}]
        knowing = [one.id for one in runs if one.is_open and asked <= set(self.rules(one).protocol.fields)]
        return (named or knowing or [""])[-1 if named else 0]

    def _consent(self, item: Item) -> None:
        self._consents(item, "consent", given=True)

    def _refuse(self, item: Item) -> None:
        self._consents(item, "refuse", given=False)

    def _consents(self, item: Item, key: str, *, given: bool) -> None:
        actor = self.actor(item, *every_role(self.stage.library))
        for name in item.words(key):
            happened = self.happened(item)
            self._run(item, commands.GiveConsent(actor=actor, consent=name, given=given, happened=happened))

    def _task(self, item: Item) -> None:
        case, name = self.case(item), item.word("task")
        for enrolment in case.enrolments.values():
            if any(task_of(key) == name for key in enrolment.tasks):
                command = commands.DoTask(
                    actor=self.actor(item, *every_role(self.stage.library)),
                    enrolment=enrolment.id,
                    task=name,
                    facts=self.values(item, "facts", case),
                    happened=self.happened(item),
                )
                return self._run(item, command)
        raise StoryError(f"No task `{name}` is open.")

    def _hold(self, item: Item) -> None:
        form = item.get("hold")
        until = times.read_instant(form.get("until"), self.stage.now, self.calendar)
        name = f"hold{len(self.case(item).holds) + 1}"
        reason = form.get("reason")
        self._run(item, commands.BeginHold(actor=self._anybody(item), hold=name, until=until, reason=reason))

    def _confirm_hold(self, item: Item) -> None:
        self._run(item, commands.ConfirmHold(actor=self.actor(item, commands.SUPERVISOR), hold=self._last_hold(item)))

    def _end_hold(self, item: Item) -> None:
        self._run(item, commands.EndHold(actor=self._anybody(item), hold=self._last_hold(item)))

    def _last_hold(self, item: Item) -> str:
        holds = tuple(self.case(item).holds)
        if not holds:
            raise StoryError("The case is not on hold.")
        return holds[-1]

    def _promise(self, item: Item) -> None:
        enrolment, clock = self.clock(self.case(item), item.word("promise"))
        promised = times.read_instant(item.word("by"), self.stage.now, self.calendar)
        command = commands.Acknowledge(
            actor=self._anybody(item), enrolment=enrolment, clock=clock.key, promised=promised, doing="what is due"
        )
        self._run(item, command)

    def _extend(self, item: Item) -> None:
        enrolment, clock = self.clock(self.case(item), item.word("extend"))
        command = commands.ExtendLimit(
            actor=self._anybody(item), enrolment=enrolment, clock=clock.key, reason=item.word("reason", "More time.")
        )
        self._run(item, command)

    def clock(self, case: Case, written: str) -> tuple[str, CaseClock]:
        """Return the open clock of a deadline, with its enrolment. Raises StoryError where there is none."""
        for enrolment in case.enrolments.values():
            for one in enrolment.open_clocks():
                if means(written, one.deadline):
                    return enrolment.id, one
        raise StoryError(f"No clock of `{written}` is open.")

    def _withdraw(self, item: Item) -> None:
        case, track = self.case(item), item.word("withdraw")
        found = next((one.id for one in case.enrolments.values() if track in one.tracks), "")
        command = commands.Withdraw(
            actor=self.actor(item, commands.SUPERVISOR), enrolment=found, track=track,
            reason=item.word("reason", "A wrong click."),
        )  # fmt: skip
        self._run(item, command)

    def _assign(self, item: Item) -> None:
        command = commands.AssignRole(
            actor=self.actor(item, commands.SUPERVISOR), role=item.word("assign"), user=item.word("to"),
            reason=item.word("reason", "She takes over."),
        )  # fmt: skip
        self._run(item, command)

    def _hand_over(self, item: Item) -> None:
        command = commands.HandOver(
            actor=self.actor(item, commands.SUPERVISOR), role=item.word("hand_over"), to_user=item.word("to"),
            reason=item.word("reason", "She takes over."),
        )  # fmt: skip
        self._run(item, command)

    def _erase(self, item: Item) -> None:
        reason = item.word("reason", "Its time is over.")
        self._run(item, commands.Erase(actor=self.actor(item, _DATA_PROTECTION), reason=reason))

    def _wait(self, item: Item) -> None:
        self.stage.pass_until(times.after(item.word("wait"), self.stage.now, self.calendar))

    def _until(self, item: Item) -> None:
        instant = times.read_instant(item.word("until"), self.stage.now, self.calendar)
        if instant < self.stage.now:
            here = times.write(self.stage.now, self.calendar.tz)
            raise StoryError(f"It is {here} already; time does not run back.")
        self.stage.pass_until(instant)

    def _mark(self, item: Item) -> None:
        """Nothing happens at a mark."""

    def _anybody(self, item: Item) -> Actor:
        return self.actor(item, *every_role(self.stage.library))

    def local(self, case: Case, enrolment: Enrolment) -> Calendar:
        """Return the calendar by which an enrolment's dates are reckoned."""
        draft = Draft(case, self.stage.library, Actor(), self.stage.now)
        return draft.calendar(self.rules(enrolment))


def is_meant(enrolment: Enrolment, protocol: str, case: Case) -> bool:
    """Return whether a story that writes this means this run: by its own name (`rescue2`), or by its protocol's."""
    return protocol in {"", enrolment.id if protocol in case.enrolments else enrolment.protocol}


def _open_tracks(case: Case) -> Iterator[tuple[str, TrackState]]:
    for enrolment in case.enrolments.values():
        yield from ((name, state) for name, state in enrolment.tracks.items() if state.place is Place.OPEN)


def _waiting(case: Case, *kinds: WaitingKind) -> Iterator[Waiting]:
    return (one for one in case.waiting.values() if one.is_open and (not kinds or one.kind in kinds))


_DEEDS: dict[str, Callable[[Deeds, Item], None]] = {
    "open": Deeds._open,
    "stand": Deeds._stand,
    "enrol": Deeds._enrol,
    "reopen": Deeds._reopen,
    "start": Deeds._start,
    "decline": Deeds._decline,
    "do": Deeds._do,
    "ask": Deeds._ask,
    "agree": Deeds._agree,
    "disagree": Deeds._disagree,
    "record": Deeds._record,
    "consent": Deeds._consent,
    "refuse": Deeds._refuse,
    "task": Deeds._task,
    "hold": Deeds._hold,
    "confirm_hold": Deeds._confirm_hold,
    "end_hold": Deeds._end_hold,
    "promise": Deeds._promise,
    "extend": Deeds._extend,
    "withdraw": Deeds._withdraw,
    "assign": Deeds._assign,
    "hand_over": Deeds._hand_over,
    "erase": Deeds._erase,
    "wait": Deeds._wait,
    "until": Deeds._until,
    "mark": Deeds._mark,
}
