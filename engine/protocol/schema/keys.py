"""The one table of all keys of the language. The checks, the JSON Schema and the reference are made from it.

Keys of later issues stand here too: a file that uses them compiles.
"""

from __future__ import annotations

from engine.core.model import Ends, FieldType, IfClosed, Kind, Lasts, MessageKind, Per
from engine.protocol.schema.shapes import Choice, Day, Line, Sentence, Several, Shape, Whole, Wording, YesNo
from engine.protocol.schema.tables import ByKind, Key, Listing, Named, Pairs, Record

_LINE, _WORDING, _YES_NO, _DAY = Line(), Wording(), YesNo(), Day()
_SENTENCE, _SEVERAL = Sentence(), Several()
_STATUS = Choice("proposed", "adopted")
_KIND = Choice(*(kind.value for kind in Kind))
_REF = Key(_SEVERAL, "Rows of the source that this serves.")
_TITLE = Key(_WORDING, "What people read; English, or a table of `en` and `km`.")

_BASIS = {
    "kind": Key(_KIND, "What sort of number this is."),
    "source": Key(_LINE, "Where the number comes from."),
    "status": Key(_STATUS, "Proposed until its authority adopts it (default proposed)."),
    "adopted_by": Key(_LINE, "Which authority adopted the number."),
    "adopted_on": Key(_DAY, "When it was adopted."),
    "review_before": Key(_DAY, "When the number must be looked at again."),
    "ends": Key(Choice(*(end.value for end in Ends)), "Where on its last day the limit ends."),
    "if_closed": Key(Choice(*(one.value for one in IfClosed)), "Where a limit on a closed day moves (default stay)."),
}

RUNG = Record(
    "rung",
    {
        "id": Key(_SENTENCE, "Its id (default rung1, rung2 by position)."),
        "at": Key(_SENTENCE, "When: `50 % of the limit`, `2 hours before the limit`, `the limit`."),
        "to": Key(_SEVERAL, "Roles; `owner` is whoever records the step."),
        "as": Key(Choice(*(kind.value for kind in MessageKind)), "What goes out (default reminder)."),
        "unless": Key(Choice("acknowledged"), "Left out where somebody has acknowledged."),
        "repeat": Key(_SENTENCE, "How often the last rung repeats."),
    },
    ("at", "to"),
)
RUNGS = Listing(RUNG)

LIMIT = Record(
    "limit",
    {
        "limit": Key(_SENTENCE, "The number: `72 hours`, `5 working days`, `14 days before FIELD`."),
        "aim": Key(_SENTENCE, "A shorter time to aim for."),
        "depends_on": Key(
            Pairs(Pairs(_SENTENCE)), "Another limit for each answer of a field: `{FIELD: {code: limit}}`."
        ),
        **_BASIS,
        "ref": _REF,
    },
    ("kind", "source"),
)

DEADLINE = Record(
    "deadline",
    {
        "ref": _REF,
        "title": _TITLE,
        "applies_when": Key(_SENTENCE, "A condition, read after each change."),
        "limit": Key(_SENTENCE, "An id of `limits`, or a duration with `kind` and `source`."),
        **_BASIS,
        "counts_from": Key(_SENTENCE, "A date field, `DEADLINE met` or `DEADLINE limit` (default entering)."),
        "if_date_unknown": Key(Choice("treat as open and alarm now"), "What to do while the date is not known."),
        "until": Key(_SENTENCE, "What satisfies it (default leaving the step)."),
        "lasts": Key(Choice(*(one.value for one in Lasts)), "What the clock belongs to (default step)."),
        "on_hold": Key(Choice("runs", "stops"), "What a hold does to it (default by kind)."),
        "aim": Key(_SENTENCE, "A shorter time to aim for."),
        "escalation": Key(ByKind(text=_SENTENCE, items=RUNGS), "An id of `escalations`, or rungs."),
        "if_missed": Key(
            Record(
                "if_missed",
                {
                    "set": Key(Pairs(_SEVERAL), "Facts that are then recorded."),
                    "task": Key(_SENTENCE, "A task of the step that is opened."),
                    "tell": Key(_SEVERAL, "Roles that are told."),
                },
            ),
            "What happens when the limit passes.",
        ),
        "then": Key(_SENTENCE, "The action that is taken at the limit."),
        "extend": Key(
            Record(
                "extend",
                {
                    "by": Key(_SENTENCE, "How much time is added."),
                    "times": Key(Whole(1, 100), "How often (default 1)."),
                    "who_may": Key(_SEVERAL, "Roles that may extend."),
                    "required": Key(_SEVERAL, "What must be given (default reason)."),
                },
                ("by", "who_may"),
            ),
            "Who may add time.",
        ),
        "calendar": Key(_SENTENCE, "A file in calendars/ (default the agency's, else the protocol's)."),
    },
    ("limit",),
)

TASK = Record(
    "task",
    {
        "title": _TITLE,
        "done_by": Key(_SEVERAL, "Roles that do it (default the step's)."),
        "required": Key(_YES_NO, "Whether it blocks leaving the step (default yes)."),
        "on": Key(_SENTENCE, "Dates: `1 week, 1 month after FIELD`."),
        "every": Key(_SENTENCE, "A rhythm: `2 weeks until CONDITION`."),
        "from": Key(Choice("last_done"), "Count the rhythm from the last time it was done."),
        "collect": Key(_SEVERAL, "Fields that are asked."),
        "deadlines": Key(Named(DEADLINE), "Deadlines of each occurrence."),
    },
)

ACTION = Record(
    "action",
    {
        "ref": _REF,
        "title": _TITLE,
        "event": Key(_LINE, "Its name in imported logs."),
        "goes_to": Key(_SENTENCE, "STEP, TRACK.STEP or previous."),
        "stays": Key(Choice("here"), "The step is not left."),
        "who_may": Key(_SEVERAL, "Roles that may take it (default the step's recorded_by)."),
        "required": Key(_SEVERAL, "Fields, tasks and consents that must be there."),
        "only_if": Key(_SENTENCE, "A condition that must be true."),
        "set": Key(Pairs(_SEVERAL), "Facts that the action records."),
        "approval": Key(_SENTENCE, "A role that must approve."),
        "closes": Key(_SEVERAL, "Tracks that it closes, or `all`."),
        "starts": Key(
            Record(
                "starts",
                {
                    "protocol": Key(_SENTENCE, "The protocol that is asked for."),
                    "carry": Key(_SEVERAL, "Fields that go along."),
                    "one_per": Key(_SENTENCE, "A number field: so many are asked for, 500 at most (default one)."),
                },
                ("protocol",),
            ),
            "Another protocol that is asked for.",
        ),
        "exception": Key(_SENTENCE, "A lawful exception of `exceptions`."),
        "automatic": Key(_YES_NO, "Taken by itself when its condition is true."),
    },
)

STEP = Record(
    "step",
    {
        "ref": _REF,
        "title": _TITLE,
        "outside_label": Key(_WORDING, "All that a mail may say."),
        "done_by": Key(_SEVERAL, "Roles that act in the world."),
        "recorded_by": Key(_SEVERAL, "Roles that record and get the reminders (default done_by)."),
        "collect": Key(_SEVERAL, "Fields that are asked here."),
        "tasks": Key(Named(TASK), "Work to do here."),
        "deadlines": Key(Named(DEADLINE), "Clocks of this step."),
        "actions": Key(Named(ACTION), "Ways on."),
        "no_limit": Key(_LINE, "Why this step has no clock."),
        "final": Key(_SENTENCE, "The outcome as which the track ends here."),
        "success": Key(_YES_NO, "Whether this outcome counts as a success (default no)."),
    },
)

TRACK = Record(
    "track",
    {
        "title": _TITLE,
        "opens_when": Key(_SENTENCE, "The condition that opens it; only the first track may leave it out."),
        "again": Key(_YES_NO, "Whether it may open more than once (default no)."),
        "seen_by": Key(_SEVERAL, "Roles that may know of the track."),
        "first_step": Key(_SENTENCE, "Where it begins."),
        "steps": Key(Named(STEP), "Its steps."),
        "at_any_step": Key(Named(ACTION), "Actions that every step of the track has."),
    },
    ("first_step", "steps"),
)

FORBIDDEN = Record(
    "forbidden",
    {
        "never": Key(_SENTENCE, "The condition that must never be true."),
        "blocks": Key(_SEVERAL, "Actions it also blocks: ACTION or TRACK.STEP.ACTION."),
        "alarm": Key(_SEVERAL, "Roles that are told when it happened."),
        "kind": Key(_KIND, "What sort of rule this is."),
        "source": Key(_LINE, "Where it comes from."),
    },
    ("never",),
)

_CODES = Pairs(_WORDING)

FIELD = Record(
    "field",
    {
        "label": Key(_WORDING, "The question people read."),
        "type": Key(Choice(*(one.value for one in FieldType)), "What sort of answer it takes."),
        "codes": Key(ByKind(text=_SEVERAL, items=_SEVERAL, table=_CODES), "The answers of a choice."),
        "code_list": Key(_SENTENCE, "An id of `code_lists` with the answers."),
        "per": Key(Choice(*(one.value for one in Per)), "How many answers one case has (default person)."),
        "private": Key(_YES_NO, "Never leaves the case."),
        "seen_by": Key(_SEVERAL, "The only roles that see it."),
        "written_by": Key(_SEVERAL, "The only roles that answer it."),
        "privileged": Key(_YES_NO, "Supervisors do not see it either."),
        "rises": Key(_SEVERAL, "The answers of a risk ladder, from least to most."),
    },
    ("type",),
)
CONSENT = Record(
    "consent",
    {"title": _TITLE, "expires": Key(_SENTENCE, "How long it holds."), "ref": _REF},
)
ROLE = Record(
    "role",
    {
        "title": _TITLE,
        "ministry": Key(_LINE, "The chain the role belongs to."),
        "outside_state": Key(_YES_NO, "Not part of the state."),
        "account": Key(_YES_NO, "Whether it has an account (default yes); without one it gets letters."),
        "always_reached": Key(_YES_NO, "Somebody always answers."),
    },
)
CODE_LIST = Record(
    "code_list",
    {
        "version": Key(_LINE, "The version of the list."),
        "codes": Key(ByKind(text=_SEVERAL, items=_SEVERAL, table=_CODES), "Its codes."),
        "title": _TITLE,
    },
    ("codes",),
)
_TITLED = Wording()

#: What included files hold; the protocol file may hold it too.
SHARED: dict[str, Key] = {
    "fields": Key(Named(FIELD), "Questions, by permanent id."),
    "consents": Key(Named(CONSENT), "Consents, each asked for by itself."),
    "roles": Key(Named(ROLE), "Roles relative to a case."),
    "limits": Key(Named(LIMIT), "Every number, with its source."),
    "escalations": Key(Named(RUNGS), "Who is told, when."),
    "code_lists": Key(Named(ByKind(text=_SEVERAL, items=_SEVERAL, table=CODE_LIST)), "Lists of answers, by version."),
    "exceptions": Key(Named(_TITLED), "Lawful exceptions."),
    "letters": Key(Named(_TITLED), "Official letters; each is named like the rung that sends it."),
}
_SPEAN = Key(Choice("1"), "The version of this language; the first line.")

WAITS = Record(
    "waits",
    {
        "approval": Key(_SENTENCE, "How long an approval may wait (default 2 working days)."),
        "review": Key(_SENTENCE, "How long the review of an exception may wait (default 24 hours)."),
        "request": Key(_SENTENCE, "How long a request to start a protocol may wait (default 5 working days)."),
        "transfer": Key(_SENTENCE, "How long a hand-over may wait (default 2 working days)."),
    },
)
DEFAULTS = Record(
    "defaults",
    {
        "escalation": Key(_SENTENCE, "The escalation of deadlines that name none."),
        "done_by": Key(_SEVERAL, "Roles of steps that name none."),
        "recorded_by": Key(_SEVERAL, "Roles that record steps that name none."),
        "who_may": Key(_SEVERAL, "Roles of actions that name none."),
        "no_news": Key(Pairs(_SENTENCE), "The no-news limit: `field`, its codes, `otherwise`, `escalation`."),
        "waits": Key(WAITS, "How long those who are asked may take to answer."),
    },
)
OPENING = Record(
    "opening",
    {
        "event": Key(_LINE, "The event that opens a case in imports."),
        "collect": Key(_SEVERAL, "Fields that are asked at opening."),
        "required": Key(_SEVERAL, "Fields that must be there to open a case."),
    },
)

PROTOCOL = Record(
    "protocol",
    {
        "spean": _SPEAN,
        "protocol": Key(_SENTENCE, "The id of the protocol."),
        "version": Key(_LINE, "The label of this version."),
        "about": Key(Choice("person", "operation"), "What a case is about (default person)."),
        "title": _TITLE,
        "status": Key(Choice("draft", "adopted"), "A draft never runs on a real case (default draft)."),
        "adopted_by": Key(_LINE, "Which authority adopted it."),
        "adopted_on": Key(_DAY, "When."),
        "commencement": Key(
            Record(
                "commencement",
                {
                    "in_force": Key(_DAY, "From which day on."),
                    "applies_to": Key(Choice("new cases", "all cases"), "To which cases (default new cases)."),
                },
            ),
            "When it begins to apply.",
        ),
        "zone": Key(_SENTENCE, "The time zone (default the agency's)."),
        "calendar": Key(_SENTENCE, "A file in calendars/."),
        "include": Key(_SEVERAL, "Files with shared parts, from this file's folder."),
        "defaults": Key(DEFAULTS, "What repeats."),
        "opening": Key(ByKind(text=Choice("any"), table=OPENING), "What opens a case in imports and replays."),
        "tracks": Key(Named(TRACK), "The tracks; the first is the main one."),
        "forbidden": Key(Named(FORBIDDEN), "What must never be."),
        **SHARED,
    },
    ("spean", "protocol", "version", "tracks"),
)
INCLUDED = Record("included", {"spean": _SPEAN, "title": _TITLE, **SHARED})

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS: Shape = Record("hours", {day: Key(_SEVERAL, "Opening times: `[08:00-12:00, 13:30-17:00]`.") for day in _DAYS})
FESTIVAL = Record(
    "festival",
    {
        "name": Key(_WORDING, "What the festival is called."),
        "from": Key(_DAY, "The first day on which people are away."),
        "to": Key(_DAY, "The last day."),
    },
    ("name", "from", "to"),
)
CALENDAR = Record(
    "calendar",
    {
        "spean": _SPEAN,
        "calendar": Key(_SENTENCE, "The id of the calendar, like the name of its file."),
        "title": _TITLE,
        "zone": Key(_SENTENCE, "The time zone, as `Asia/Phnom_Penh`."),
        "hours": Key(_HOURS, "Opening hours; a day left out is closed."),
        "years": Key(
            Pairs(
                Record(
                    "year",
                    {
                        "status": Key(
                            Choice("official", "projected"), "Whether the authority has fixed the holidays."
                        ),
                        "source": Key(_LINE, "Where the holidays come from."),
                        "holidays": Key(Pairs(_WORDING), "Holidays: `2027-01-01: New Year`."),
                        "festivals": Key(Listing(FESTIVAL), "Weeks in which people move home."),
                    },
                    ("status",),
                )
            ),
            "Holidays, year by year.",
        ),
    },
    ("spean", "calendar", "zone", "hours"),
)
WEEKDAYS = _DAYS
