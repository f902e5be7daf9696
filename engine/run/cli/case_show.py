"""``spean case``: what people look at. Each look is in the access log before anything is printed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import typer

from engine.core.case.apply import fold
from engine.core.case.state import Case
from engine.core.deciding.library import Library
from engine.core.errors import SpeanError
from engine.core.model import Consent, Text
from engine.core.values import Erased, Value
from engine.run.cases.view import SeenClock, View
from engine.run.cli.case_do import named_clock
from engine.run.cli.output import print_json, print_table
from engine.run.cli.refusal import in_words
from engine.run.cli.session import Session, session
from notifiers.words import over_in_words


def show_list(office: str, user: str, *, overdue: bool, closed_too: bool, language: str, as_json: bool) -> None:
    """Print the worklist: one line a case, what is longest overdue first."""
    with session(office, user) as asking:
        rows = list_rows(asking, overdue=overdue, closed_too=closed_too, language=language)
        if as_json:
            print_json({"cases": rows})
        else:
            print_list(rows, asking.zone)


def list_rows(asking: Session, *, overdue: bool, closed_too: bool, language: str) -> list[dict[str, Any]]:
    """Return the worklist, what is longest overdue first."""
    now, library = asking.office.time.now(), asking.office.registry.library()
    rows = [
        _listed(View(case, actor, library, now), language)
        for case, actor in asking.work.mine(asking.user)
        if case.is_open or closed_too
    ]
    rows = [row for row in rows if not overdue or row["over"]]
    return sorted(rows, key=lambda row: (row["limit"] is None, row["limit"] or "", row["case"]))


def print_list(rows: list[dict[str, Any]], zone: ZoneInfo) -> None:
    """Print a worklist, in local time."""
    if not rows:
        typer.echo("No case waits for you.")
        return
    heads = ("case", "stands at", "next limit", "time", "waits for you")
    lines = ([row["case"], row["stands"], local(row["limit"], zone), row["over_words"], row["waits"]] for row in rows)
    print_table(heads, lines)


class BeforeError(SpeanError):
    """Nothing was known of this case at that time; name a later one with --as-of."""


def show_case(office: str, user: str, code: str, as_of: str, *, language: str, as_json: bool) -> None:
    """Print a case, as it is or as it was known at a time."""
    with session(office, user) as asking:
        case, actor = asking.work.look(asking.user, asking.case(code))
        now = asking.office.time.now()
        if as_of:
            now = asking.instant(as_of)
            events = [event for event in asking.office.cases.journal(case.id) if event.at <= now]
            if not events:
                raise BeforeError
            case = fold(Case(case.id), events)
        view = View(case, actor, asking.office.registry.library(), now)
        document = _document(view, language)
        if as_json:
            print_json(document)
        else:
            _print_case(view, document, asking, language)


def show_options(office: str, user: str, code: str, *, language: str, as_json: bool) -> None:
    """Print what can be done next, and why not."""
    with session(office, user) as asking:
        case = asking.case(code)
        found = asking.work.options(asking.user, case)
        library = asking.office.registry.library()
        rows: list[dict[str, Any]] = [
            {
                "protocol": one.enrolment,
                "track": one.track,
                "step": one.step,
                "visit": one.visit,
                "action": one.action,
                "title": _in(one.title, language),
                "answer": one.answer.value,
                "asks": list(one.asks),
                "reasons": [in_words(reason, library, language) for reason in one.reasons],
                "asked": one.asked,
                "exception": one.exception,
            }
            for one in found
        ]
        if as_json:
            print_json({"actions": rows})
            return
        for row in rows:
            title = f" ({row['title']})" if row["title"] else ""
            typer.secho(f"{row['protocol']}.{row['track']} at {row['step']}: {row['action']}{title}", bold=True)
            typer.echo(f"  {_ANSWERS[str(row['answer'])]}{_asks(row)}")
            for reason in row["reasons"]:
                typer.echo(f"  {reason}")
        if not rows:
            typer.echo("Nothing can be done: the case is closed.")


_ANSWERS = {"allowed": "You may.", "needs facts": "You may, with", "refused": "Not now."}


def _asks(row: dict[str, Any]) -> str:
    given = f" {', '.join(row['asks'])}." if row["answer"] == "needs facts" else ""
    return given + (f" Its approval was asked for as {row['asked']}." if row["asked"] else "")


def show_forecast(office: str, user: str, code: str, days: int, *, as_json: bool) -> None:
    """Print what happens if nobody acts."""
    with session(office, user) as asking:
        until = asking.office.time.now() + timedelta(days=days)
        found = asking.work.forecast(asking.user, asking.case(code), until)
        rows = [
            {
                "at": one.at.isoformat(),
                "what": one.what.value,
                "subject": one.subject,
                "to": one.role,
                "rung": one.rung,
            }
            for one in found.entries
        ]
        if as_json:
            print_json({"until": until.isoformat(), "entries": rows, "cut": found.cut})
            return
        for row in rows:
            to = f" to {row['to']} ({row['rung']})" if row["to"] else ""
            typer.echo(f"{local(str(row['at']), asking.zone)}  {row['what']}: {row['subject']}{to}")
        typer.echo("There is more; look less far." if found.cut else f"Nothing else in {days} days.")


def show_derivation(office: str, user: str, code: str, clock: str, *, as_json: bool) -> None:
    """Print how limits come about, and who says so."""
    with session(office, user) as asking:
        rows = derivation_rows(asking, code, clock)
        if as_json:
            print_json({"limits": rows})
        else:
            print_derivation(rows)


def derivation_rows(asking: Session, code: str, clock: str) -> list[dict[str, Any]]:
    """Return how limits come about: that of one clock, or of every open one."""
    case, actor = asking.work.look(asking.user, asking.case(code), "explain")
    view = View(case, actor, asking.office.registry.library(), asking.office.time.now())
    wanted = "/".join(named_clock(case, clock)) if clock else ""
    found = [one for one in view.clocks(open_only=not clock) if wanted in {"", one.name}]
    return [{"clock": one.name, "basis": _basis(one), "lines": view.derivation(one)} for one in found]


def print_derivation(rows: list[dict[str, Any]]) -> None:
    """Print how limits come about."""
    for row in rows:
        typer.secho(f"{row['clock']}  {row['basis']}", bold=True)
        for line in row["lines"] or ["no date is known yet from which it counts"]:
            typer.echo(f"  {line}")
    if not rows:
        typer.echo("There is no such clock in this case; `spean case show` names them.")


def _basis(clock: SeenClock) -> str:
    """Return kind, source and status of a number, and whose it is; a proposed one is never shown as law (30)."""
    if clock.basis is None:
        return "(a rule of the language)"
    whose = f"{clock.basis.jurisdiction}: " if clock.basis.jurisdiction else ""
    return f"({clock.basis.kind.value}, {clock.basis.status}; {whose}{clock.basis.source})"


def _listed(view: View, language: str) -> dict[str, Any]:
    clocks = [one for one in view.clocks() if one.item.clock.limit is not None]
    first = min(clocks, key=lambda one: one.item.clock.limit or view.now, default=None)
    limit = first.item.clock.limit if first is not None else None
    mine = {f"user:{view.actor.user}", *view.actor.roles}
    waits = [item.id for item in view.waiting() if mine & set(item.asked)]
    stands = [
        f"{one.enrolment}.{one.track}: {one.state.step}" for one in view.tracks() if one.state.place.value == "open"
    ]
    return {
        "case": view.case.id,
        "stands": stands[0] if stands else "closed",
        "tracks": stands,
        "limit": limit.isoformat() if limit else None,
        "over": bool(limit and limit < view.now),
        "over_words": over_in_words(limit, view.now, language) if limit else "",
        "waits": ", ".join(waits),
    }


def _document(view: View, language: str) -> dict[str, Any]:
    case = view.case
    return {
        "case": case.id,
        "open": case.is_open,
        "opened": _iso(case.opened),
        "closed": _iso(case.closed),
        "agency": case.agency,
        "holders": dict(case.holders),
        "seq": case.seq,
        "tracks": [
            {
                "protocol": one.enrolment,
                "track": one.track,
                "step": one.state.step,
                "title": _step_title(view, one.enrolment, one.track, one.state.step, language),
                "visit": one.state.visit,
                "place": one.state.place.value,
                "outcome": one.state.outcome,
                "since": _iso(one.state.entered),
            }
            for one in view.tracks()
        ],
        "clocks": [
            {
                "clock": one.name,
                "standing": one.standing,
                "limit": _iso(one.item.clock.limit),
                "over": over_in_words(one.item.clock.limit, view.now, language) if one.item.clock.limit else "",
                "promised": _iso(one.item.clock.promised),
            }
            for one in view.clocks()
        ],
        "waiting": [
            {"id": one.id, "kind": one.kind.value, "asked": list(one.asked), "by": one.by, "at": _iso(one.at)}
            for one in view.waiting()
        ],
        "holds": [
            {"hold": one.id, "until": _iso(one.end), "confirmed": one.confirmed is not None}
            for one in case.holds.values()
            if not one.is_over(view.now)
        ],
        "consents": {name: given for name, given, _ in view.consents()},
        "facts": {name: plain_value(fact.value) for name, _, fact in view.facts()},
    }


def _print_case(view: View, document: dict[str, Any], asking: Session, language: str) -> None:
    zone = asking.zone
    state = "open" if document["open"] else f"closed on {local(document['closed'], zone)}"
    held = "".join(f", {role}: {who}" for role, who in document["holders"].items())
    typer.secho(f"{document['case']}: {state}, agency {document['agency'] or '-'}{held}", bold=True)
    print_table(
        ("track", "step", "since", ""),
        (
            (f"{one['protocol']}.{one['track']}", one["title"] or one["step"], local(one["since"], zone),
             one["outcome"] or ("" if one["place"] == "open" else one["place"]))
            for one in document["tracks"]
        ),
    )  # fmt: skip
    for title, heads, rows in (
        ("Clocks", ("clock", "limit", "time", ""),
         [(one["clock"], local(one["limit"], zone), one["over"], one["standing"]) for one in document["clocks"]]),
        ("Waiting for an answer", ("id", "what", "asked of", "since"),
         [(one["id"], one["kind"], ", ".join(one["asked"]), local(one["at"], zone)) for one in document["waiting"]]),
        ("On hold", ("hold", "until", ""),
         [(one["hold"], local(one["until"], zone), "" if one["confirmed"] else "not confirmed")
          for one in document["holds"]]),
        ("Consents", ("consent", "given", "to whom", "what for"),
         [(name, "yes" if given else "no", *_terms(known, language)) for name, given, known in view.consents()]),
        ("Answers", ("field", "answer"), list(document["facts"].items())),
    ):  # fmt: skip
        if rows:
            typer.secho(f"\n{title}", bold=True)
            print_table(heads, rows)


def _terms(consent: Consent | None, language: str) -> tuple[str, str]:
    """Return to whom a consent is given, and what for."""
    return ("", "") if consent is None else (_in(consent.recipient, language), _in(consent.purpose, language))


def plain_value(value: Value) -> str:
    """Return an answer as people read it."""
    if isinstance(value, Erased):
        return "erased"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _step_title(view: View, enrolment: str, track: str, step: str, language: str) -> str:
    library: Library = view.library
    known = library.rulebooks[view.case.enrolments[enrolment].meaning].step(track, step)
    return _in(known.title, language)


def _in(text: Text, language: str) -> str:
    return text.get(language) or text.get("en", "")


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def local(iso: str | None, zone: ZoneInfo) -> str:
    """Return an instant in local time, the empty text for none."""
    return "" if not iso else f"{datetime.fromisoformat(iso).astimezone(zone):%Y-%m-%d %H:%M}"
