"""The one table of all keys of the language. The checks, the JSON Schema and the reference are made from it.

Keys of later issues stand here too: a file that uses them compiles.
"""

from __future__ import annotations

from engine.protocol.schema.kinds import (
    ABOUT,
    APPLIES_TO,
    CONDITION,
    DAY,
    DURATION,
    ENDS,
    FIELD_TYPE,
    FIGURE,
    GRID,
    IF_CLOSED,
    KIND,
    LASTS,
    LINE,
    NAME,
    NAMES,
    ON_HOLD,
    PER,
    PROTOCOL_STATUS,
    RHYTHM,
    RUNG_TIME,
    SENDS,
    START,
    STATUS,
    TIME_LIMIT,
    WORDING,
    YEAR_STATUS,
    YES_NO,
)
from engine.protocol.schema.shapes import Choice, Shape, Whole
from engine.protocol.schema.tables import ByKind, Key, Listing, Named, Pairs, Record

_REF = Key(NAMES, "Rows of the source that this serves.", "[D20, R40]")
_TITLE = Key(WORDING, "What people read; English, or a table of `en` and `km`.", "{en: Plan, km: ផែនការ}")
_SOURCE = "WHO clinical management of rape, 2019, page 12"
_AUTHORITY = "National Committee for Counter Trafficking"
_ADOPTS = "{en: A clinician of the Ministry of Health, km: គ្រូពេទ្យក្រសួងសុខាភិបាល}"

_BASIS = {
    "kind": Key(KIND, "What sort of number this is."),
    "source": Key(LINE, "Where the number comes from.", _SOURCE),
    "jurisdiction": Key(
        LINE, "The country or authority whose number it is, where it is not the same everywhere.", "Thailand"
    ),
    "status": Key(STATUS, "Proposed until its authority adopts it.", default="proposed"),
    "adopted_by": Key(LINE, "Which authority adopted the number.", _AUTHORITY),
    "adopted_on": Key(DAY, "When it was adopted."),
    "review_before": Key(DAY, "When the number must be looked at again."),
    "ends": Key(ENDS, "Where on its last day the limit ends."),
    "if_closed": Key(IF_CLOSED, "Where a limit on a closed day moves.", default="stay"),
}

RUNG = Record(
    "rung",
    {
        "id": Key(NAME, "Its id (default rung1, rung2 by position).", "reminder"),
        "at": Key(RUNG_TIME, "When: `50 % of the limit`, `2 hours before the limit`, `the limit`."),
        "to": Key(NAMES, "Roles; `owner` is whoever records the step.", "[owner, supervisor]"),
        "as": Key(SENDS, "What goes out.", "escalation", default="reminder"),
        "unless": Key(Choice("acknowledged"), "Left out where somebody has acknowledged."),
        "repeat": Key(DURATION, "How often the last rung repeats.", "1 day"),
    },
    ("at", "to"),
)
RUNGS = Listing(RUNG)

LIMIT = Record(
    "limit",
    {
        "limit": Key(TIME_LIMIT, "The number: `72 hours`, `5 working days`, `14 days before FIELD`."),
        "aim": Key(DURATION, "A shorter time to aim for.", "2 hours"),
        "depends_on": Key(
            Pairs(Pairs(DURATION)),
            "Another limit for each answer of a field: `{FIELD: {code: limit}}`.",
            "{risk_level: {high: 24 hours, medium: 3 days, otherwise: 7 days}}",
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
        "applies_when": Key(CONDITION, "A condition, read after each change."),
        "limit": Key(TIME_LIMIT, "An id of `limits`, or a duration with `kind` and `source`.", "first_plan"),
        **_BASIS,
        "counts_from": Key(
            START, "A date field, `DEADLINE met` or `DEADLINE limit`.", "hearing_date", default="entering"
        ),
        "if_date_unknown": Key(Choice("treat as open and alarm now"), "What to do while the date is not known."),
        "until": Key(CONDITION, "What satisfies it (default leaving the step)."),
        "lasts": Key(LASTS, "What the clock belongs to.", "case", default="step"),
        "on_hold": Key(ON_HOLD, "What a hold does to it (default by kind)."),
        "aim": Key(DURATION, "A shorter time to aim for.", "2 hours"),
        "escalation": Key(ByKind(text=NAME, items=RUNGS), "An id of `escalations`, or rungs.", "ordinary"),
        "if_missed": Key(
            Record(
                "if_missed",
                {
                    "set": Key(Pairs(NAMES), "Facts that are then recorded.", "{risk_level: high}"),
                    "task": Key(NAME, "A task of the step that is opened.", "explain_missed_window"),
                    "tell": Key(NAMES, "Roles that are told.", "[supervisor]"),
                },
            ),
            "What happens when the limit passes.",
            "{set: {risk_level: high}, tell: [supervisor]}",
        ),
        "then": Key(NAME, "The action that is taken at the limit.", "closed_as_lost"),
        "extend": Key(
            Record(
                "extend",
                {
                    "by": Key(DURATION, "How much time is added.", "30 days"),
                    "times": Key(Whole(1, 100), "How often.", default="1"),
                    "who_may": Key(NAMES, "Roles that may extend.", "supervisor"),
                    "required": Key(NAMES, "What must be given.", "[reason]", default="reason"),
                },
                ("by", "who_may"),
            ),
            "Who may add time.",
            "{by: 30 days, times: 1, who_may: supervisor}",
        ),
        "calendar": Key(NAME, "A file in calendars/ (default the agency's, else the protocol's).", "cambodia"),
    },
    ("limit",),
)

TASK = Record(
    "task",
    {
        "ref": _REF,
        "title": _TITLE,
        "done_by": Key(NAMES, "Roles that do it (default the step's).", "nurse"),
        "required": Key(YES_NO, "Whether it blocks leaving the step.", "no", default="yes"),
        "on": Key(GRID, "Dates: `1 week, 1 month after FIELD`."),
        "every": Key(RHYTHM, "A rhythm: `2 weeks until CONDITION`."),
        "from": Key(Choice("last_done"), "Count the rhythm from the last time it was done."),
        "collect": Key(NAMES, "Fields that are asked.", "[exam_outcome]"),
        "deadlines": Key(Named(DEADLINE), "Deadlines of each occurrence."),
    },
)

ACTION = Record(
    "action",
    {
        "ref": _REF,
        "title": _TITLE,
        "event": Key(LINE, "Its name in imported logs.", "Plan agreed"),
        "goes_to": Key(NAME, "STEP, TRACK.STEP or previous.", "living"),
        "stays": Key(Choice("here"), "The step is not left."),
        "who_may": Key(NAMES, "Roles that may take it (default the step's recorded_by).", "[owner, supervisor]"),
        "required": Key(
            NAMES, "Fields, tasks and consents that must be there.", "[moved_on, consent to home_visits]"
        ),
        "only_if": Key(CONDITION, "A condition that must be true."),
        "set": Key(Pairs(NAMES), "Facts that the action records.", "{risk_level: low}"),
        "approval": Key(NAME, "A role that must approve.", "supervisor"),
        "closes": Key(NAMES, "Tracks that it closes, or `all`.", "all"),
        "starts": Key(
            Record(
                "starts",
                {
                    "protocol": Key(NAME, "The protocol that is asked for.", "repatriation"),
                    "carry": Key(NAMES, "Fields that go along.", "[risk_level]"),
                    "one_per": Key(
                        NAME, "A number field: so many are asked for, 500 at most (default one).", "children"
                    ),
                },
                ("protocol",),
            ),
            "Another protocol that is asked for.",
            "{protocol: repatriation, carry: [risk_level]}",
        ),
        "exception": Key(NAME, "A lawful exception of `exceptions`.", "life_saving_care"),
        "automatic": Key(YES_NO, "Taken by itself when its condition is true.", default="no"),
    },
)

STEP = Record(
    "step",
    {
        "ref": _REF,
        "title": _TITLE,
        "outside_label": Key(WORDING, "All that a mail may say.", "{en: Routine task, km: កិច្ចការធម្មតា}"),
        "done_by": Key(NAMES, "Roles that act in the world.", "nurse"),
        "recorded_by": Key(
            NAMES, "Roles that record and get the reminders (default done_by).", "[nurse, case_manager]"
        ),
        "collect": Key(NAMES, "Fields that are asked here.", "[risk_level, hearing_date]"),
        "tasks": Key(Named(TASK), "Work to do here."),
        "deadlines": Key(Named(DEADLINE), "Clocks of this step."),
        "actions": Key(Named(ACTION), "Ways on."),
        "no_limit": Key(LINE, "Why this step has no clock.", "the clocks of this step stand in its tasks"),
        "final": Key(NAME, "The outcome as which the track ends here.", "support_ended"),
        "success": Key(YES_NO, "Whether this outcome counts as a success.", default="no"),
    },
)

TRACK = Record(
    "track",
    {
        "ref": _REF,
        "title": _TITLE,
        "opens_when": Key(CONDITION, "The condition that opens it; only the first track may leave it out."),
        "again": Key(YES_NO, "Whether it may open more than once.", default="no"),
        "goes_on": Key(YES_NO, "Whether `closes: all` leaves it open.", default="no"),
        "seen_by": Key(NAMES, "Roles that may know of the track.", "[lawyer, case_manager]"),
        "first_step": Key(NAME, "Where it begins.", "planning"),
        "steps": Key(Named(STEP), "Its steps."),
        "at_any_step": Key(Named(ACTION), "Actions that every step of the track has."),
    },
    ("first_step", "steps"),
)

FORBIDDEN = Record(
    "forbidden",
    {
        "ref": _REF,
        "never": Key(CONDITION, "The condition that must never be true."),
        "blocks": Key(
            NAMES, "What it also blocks: ACTION, TRACK.STEP.ACTION or `erasing`.", "[care.planning.agreed, erasing]"
        ),
        "alarm": Key(NAMES, "Roles that are told when it happened.", "[supervisor]"),
        "kind": Key(KIND, "What sort of rule this is.", "safety"),
        "source": Key(LINE, "Where it comes from.", _SOURCE),
    },
    ("never",),
)

_CODES = ByKind(text=NAMES, items=NAMES, table=Pairs(WORDING))

FIELD = Record(
    "field",
    {
        "ref": _REF,
        "label": Key(WORDING, "The question people read.", "{en: Risk, km: ហានិភ័យ}"),
        "type": Key(FIELD_TYPE, "What sort of answer it takes.", "choice"),
        "codes": Key(_CODES, "The answers of a choice.", "{low: Low, medium: Medium, high: High}"),
        "code_list": Key(NAME, "An id of `code_lists` with the answers.", "answer_to_an_offer"),
        "per": Key(PER, "How many answers one case has.", "visit", default="person"),
        "private": Key(YES_NO, "Never leaves the case.", default="no"),
        "seen_by": Key(NAMES, "The only roles that see it.", "[nurse]"),
        "written_by": Key(NAMES, "The only roles that answer it.", "[nurse]"),
        "privileged": Key(YES_NO, "Supervisors do not see it either.", default="no"),
        "rises": Key(NAMES, "The answers of a risk ladder, from least to most.", "[low, medium, high]"),
        "lowest": Key(FIGURE, "The least number that is an answer; only for numbers."),
        "highest": Key(FIGURE, "The greatest number that is an answer; only for numbers.", "5"),
    },
    ("type",),
)
CONSENT = Record(
    "consent",
    {
        "title": _TITLE,
        "recipient": Key(WORDING, "Who is told, or acts, by this consent.", "{en: The receiving NGO, km: អង្គការទទួល}"),
        "purpose": Key(WORDING, "What for, and nothing else.", "{en: A place to live, km: កន្លែងស្នាក់នៅ}"),
        "expires": Key(DURATION, "How long it holds.", "12 months"),
        "opens_to": Key(NAMES, "The roles that somebody may be asked to take in the case on it.", "[legal_counsel]"),
        "seen_by": Key(NAMES, "The only roles that know whether it was given.", "[nurse]"),
        "ref": _REF,
    },
)
ROLE = Record(
    "role",
    {
        "ref": _REF,
        "title": _TITLE,
        "ministry": Key(LINE, "The chain the role belongs to.", "social affairs"),
        "outside_state": Key(YES_NO, "Not part of the state.", default="no"),
        "account": Key(YES_NO, "Whether it has an account; without one it gets letters.", "no", default="yes"),
        "always_reached": Key(YES_NO, "Somebody always answers.", default="no"),
    },
)
CODE_LIST = Record(
    "code_list",
    {
        "version": Key(LINE, "The version of the list.", "2026.1"),
        "codes": Key(_CODES, "Its codes.", "{agreed: Agreed, declined: Declined}"),
        "title": _TITLE,
    },
    ("codes",),
)
_LISTS = ByKind(text=NAMES, items=NAMES, table=CODE_LIST)
_TEXTS = Named(WORDING)

#: What included files hold; the protocol file may hold it too.
SHARED: dict[str, Key] = {
    "fields": Key(Named(FIELD), "Questions, by permanent id."),
    "consents": Key(Named(CONSENT), "Consents, each asked for by itself."),
    "roles": Key(Named(ROLE), "Roles relative to a case."),
    "limits": Key(Named(LIMIT), "Every number, with its source."),
    "escalations": Key(Named(RUNGS, "escalation"), "Who is told, when."),
    "code_lists": Key(
        Named(_LISTS), "Lists of answers, by version.", "{answer: {version: 1, codes: [agreed, declined]}}"
    ),
    "words": Key(
        _TEXTS,
        "What people read for a code, wherever the list of its field says nothing.",
        "{agreed: {en: Agreed, km: បានយល់ព្រម}}",
    ),
    "exceptions": Key(_TEXTS, "Lawful exceptions.", "{life_saving_care: Care to save a life}"),
    "letters": Key(
        _TEXTS,
        "Official letters; each is named like the rung that sends it.",
        "{letter: We would be grateful for your reply to our request.}",
    ),
}
#: Lanes with their rules; the main track stands in the protocol file, others may stand in files of their own.
_LANES: dict[str, Key] = {
    "tracks": Key(Named(TRACK), "The tracks; the first one of the protocol file is the main one."),
    "forbidden": Key(Named(FORBIDDEN), "What must never be."),
}
_SPEAN = Key(Choice("1"), "The version of this language; the first line.")

WAITS = Record(
    "waits",
    {
        "approval": Key(DURATION, "How long an approval may wait.", "1 working day", default="2 working days"),
        "review": Key(DURATION, "How long the review of an exception may wait.", "1 working day", default="24 hours"),
        "request": Key(
            DURATION, "How long a request to start a protocol may wait.", "1 working day", default="5 working days"
        ),
        "transfer": Key(DURATION, "How long a hand-over may wait.", "1 working day", default="2 working days"),
    },
)
DEFAULTS = Record(
    "defaults",
    {
        "escalation": Key(NAME, "The escalation of deadlines that name none.", "ordinary"),
        "done_by": Key(NAMES, "Roles of steps that name none.", "case_manager"),
        "recorded_by": Key(NAMES, "Roles that record steps that name none.", "case_manager"),
        "who_may": Key(NAMES, "Roles of actions that name none.", "owner"),
        "no_news": Key(
            Pairs(NAME),
            "The no-news limit: `field`, its codes, `otherwise`, `escalation`.",
            "{field: risk_level, high: 7 days, otherwise: 14 days, escalation: ordinary}",
        ),
        "waits": Key(WAITS, "How long those who are asked may take to answer.", "{approval: 1 working day}"),
    },
)
OPENING = Record(
    "opening",
    {
        "event": Key(LINE, "The event that opens a case in imports.", "person returned"),
        "collect": Key(NAMES, "Fields that are asked at opening.", "[moved_on, risk_level]"),
        "required": Key(NAMES, "Fields that must be there to open a case.", "[risk_level]"),
    },
)

PROTOCOL = Record(
    "protocol",
    {
        "spean": _SPEAN,
        "protocol": Key(NAME, "The id of the protocol.", "support"),
        "version": Key(LINE, "The label of this version.", "2026.1"),
        "about": Key(ABOUT, "What a case is about.", default="person"),
        "title": _TITLE,
        "status": Key(PROTOCOL_STATUS, "A draft never runs on a real case.", default="draft"),
        "adopted_by": Key(LINE, "Which authority adopted it.", _AUTHORITY),
        "adopted_on": Key(DAY, "When."),
        "commencement": Key(
            Record(
                "commencement",
                {
                    "in_force": Key(DAY, "From which day on."),
                    "applies_to": Key(APPLIES_TO, "To which cases.", default="new cases"),
                },
            ),
            "When it begins to apply.",
            "{in_force: 2027-01-01, applies_to: new cases}",
        ),
        "zone": Key(NAME, "The time zone (default the agency's).", "Asia/Phnom_Penh"),
        "calendar": Key(NAME, "A file in calendars/.", "cambodia"),
        "include": Key(
            NAMES,
            "Files with shared parts and lanes, from this file's folder.",
            "[shared/limits.yaml, lanes/legal.yaml]",
        ),
        "defaults": Key(DEFAULTS, "What repeats.", "{escalation: ordinary, done_by: case_manager}"),
        "opening": Key(
            ByKind(text=Choice("any"), table=OPENING),
            "What opens a case in imports and replays.",
            "{event: person returned, collect: [risk_level]}",
        ),
        **_LANES,
        **SHARED,
    },
    ("spean", "protocol", "version", "tracks"),
)
#: The head of an included file: who must adopt it, and whether that was done.
_HEAD = {
    "authority": Key(WORDING, "Who must adopt this file; until then it runs on invented people only.", _ADOPTS),
    "status": Key(
        PROTOCOL_STATUS, "A draft keeps its protocols from real cases; so does an authority without a status."
    ),
    "adopted_by": Key(LINE, "Which authority adopted it.", _AUTHORITY),
    "adopted_on": Key(DAY, "When."),
}
INCLUDED = Record("included", {"spean": _SPEAN, "title": _TITLE, **_HEAD, **_LANES, **SHARED})
#: Keys by which a file says that it is a protocol, even if it forgets its name.
OF_PROTOCOLS = frozenset(PROTOCOL.keys) - frozenset(INCLUDED.keys)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS: Shape = Record(
    "hours",
    {day: Key(NAMES, "Opening times; a day left out is closed.", "[08:00-12:00, 13:30-17:00]") for day in _DAYS},
)
FESTIVAL = Record(
    "festival",
    {
        "name": Key(WORDING, "What the festival is called.", "{en: Khmer New Year, km: ពិធីបុណ្យចូលឆ្នាំថ្មី}"),
        "from": Key(DAY, "The first day on which people are away."),
        "to": Key(DAY, "The last day.", "2027-02-04"),
    },
    ("name", "from", "to"),
)
CALENDAR = Record(
    "calendar",
    {
        "spean": _SPEAN,
        "calendar": Key(NAME, "The id of the calendar, like the name of its file.", "cambodia"),
        "title": _TITLE,
        "zone": Key(NAME, "The time zone of its hours.", "Asia/Phnom_Penh"),
        "hours": Key(
            _HOURS, "Opening hours; a day left out is closed.", "mon: [08:00-12:00, 13:30-17:00]\ntue: [08:00-12:00]"
        ),
        "years": Key(
            Pairs(
                Record(
                    "year",
                    {
                        "status": Key(YEAR_STATUS, "Whether the authority has fixed the holidays.", "projected"),
                        "source": Key(LINE, "Where the holidays come from.", "Sub-decree of the year, number"),
                        "holidays": Key(Pairs(WORDING), "Holidays, each with its name.", "{2027-01-01: New Year}"),
                        "festivals": Key(Listing(FESTIVAL), "Weeks in which people move home."),
                    },
                    ("status",),
                )
            ),
            "Holidays, year by year.",
            "2027:\n  status: projected\n  holidays: {2027-01-01: New Year}",
        ),
    },
    ("spean", "calendar", "zone", "hours"),
)
WEEKDAYS = _DAYS
