"""The codes SP2xx: what is wrong with the keys and values of a file, and with the files beside each other (28)."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _error(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.ERROR, title, what, wrong, right)


_KEYS = (
    _error(
        "SP201",
        "Unknown key",
        "Only the keys of the language's table may stand in a file, so that a slip of the pen is never silently "
        "without effect. Most often a letter is missing, or the key stands one level too high or too low.",
        "deadline: {seen: {limit: 24 hours}}",
        "deadlines: {seen: {limit: 24 hours}}",
    ),
    _error(
        "SP202",
        "A key is missing",
        "Some keys must be given: without a limit there is no deadline, without a first step no track. A key with "
        "nothing behind its colon counts as missing.",
        "deadlines: {seen: {escalation: ordinary}}",
        "deadlines: {seen: {limit: first_visit, escalation: ordinary}}",
    ),
    _error(
        "SP203",
        "A table is needed",
        "This key holds further keys with their values, written on the next lines and moved to the "
        "right, or in curly "
        "brackets on one line.",
        "steps: triage",
        "steps:\n  triage: {final: closed}",
    ),
    _error(
        "SP204",
        "A list is needed",
        "This key holds a list: in square brackets on one line, or on lines that begin with a dash.",
        "seen_by: {nurse: yes}",
        "seen_by: [nurse]",
    ),
    _error(
        "SP205",
        "A text is needed",
        "This key holds one text on its line. A table or a list stands here; perhaps a colon inside the text made a "
        "table of it, then put the text in quotes.",
        "first_step: [triage, care]",
        "first_step: triage",
    ),
    _error(
        "SP206",
        "This cannot be an id",
        "Ids are made of ASCII letters, digits and underscores, at most 64, because they stand in "
        "sentences, logs and "
        "tables. `previous` is a word of the language and cannot be the id of a step, nor `erasing` that of an "
        "action. What people read goes into `title`, in any language.",
        "steps: {first-visit: {final: closed}}",
        "steps: {first_visit: {final: closed}}",
    ),
    _error(
        "SP207",
        "Two ids that are the same",
        "Ids differ in more than capital letters, because people read and say them. Rungs of one list have "
        "different ids too.",
        "steps: {Care: {final: a}, care: {final: b}}",
        "steps: {care: {final: a}, aftercare: {final: b}}",
    ),
    _error(
        "SP208",
        "Not one of the words",
        "This key takes one of a few fixed words. The suggestion names them.",
        "status: finished",
        "status: adopted",
    ),
    _error(
        "SP209",
        "Neither yes nor no",
        "This key is answered with `yes` or `no`, in plain words.",
        "private: true",
        "private: yes",
    ),
    _error(
        "SP210",
        "Not a date",
        "Dates are written year-month-day, with four, two and two digits, and lie between 1900 and 2200. Days that "
        "do not exist, as 30 February, are refused.",
        "adopted_on: 31.1.2027",
        "adopted_on: 2027-01-31",
    ),
    _error(
        "SP211",
        "Not a number that fits",
        "This key takes a whole number between the bounds that the suggestion names.",
        "extend: {by: 30 days, times: often, who_may: supervisor}",
        "extend: {by: 30 days, times: 2, who_may: supervisor}",
    ),
    _error(
        "SP212",
        "Not one line of plain text",
        "Titles, labels and reasons are shown as one line, also in the subject of a mail. Line breaks and control "
        "characters are refused, and more than 2,000 characters.",
        'title: "First\\nvisit"',
        'title: "First visit"',
    ),
    _error(
        "SP213",
        "Nothing is written",
        "Behind this key stands an empty text. Write what is meant, or leave the key out.",
        'source: ""',
        'source: "no source fixes it; proposed"',
    ),
    _error(
        "SP214",
        "Written twice",
        "The same thing stands twice in one list. It has no other effect than once; perhaps another one was meant.",
        "collect: [outcome, outcome]",
        "collect: [outcome]",
    ),
)

_FILES = (
    _error(
        "SP216",
        "`spean` is not the first key",
        "The first key names the version of the language, so that everybody who opens the file sees how to read it.",
        "protocol: rescue\nspean: 1",
        "spean: 1\nprotocol: rescue",
    ),
    _error(
        "SP217",
        "This is not a protocol",
        "A protocol file has at least `spean`, `protocol`, `version` and `tracks`. This one is a calendar, a file "
        "that protocols include (shared parts, or lanes: tracks without `protocol`), or something else.",
        "limits: {first_visit: {limit: 24 hours, kind: default, source: proposed}}",
        "spean: 1\nprotocol: rescue\nversion: 2026.1\ntracks: {...}",
    ),
    _error(
        "SP221",
        "The path leads out of the folder",
        "Included files lie in the folder of the protocol or below it, so that the folder is complete when it is "
        "copied. Absolute paths, `..` and backslashes are refused.",
        "include: [../elsewhere/limits.yaml]",
        "include: [shared/limits.yaml]",
    ),
    _error(
        "SP222",
        "The file is not there",
        "A file is named that does not exist, or was not given to be checked. Paths count from the folder of the "
        "protocol, and capital letters count.",
        "include: [shared/limit.yaml]",
        "include: [shared/limits.yaml]",
    ),
    _error(
        "SP223",
        "The wrong kind of file",
        "`include` names files with shared parts and lanes: fields, limits, roles, tracks and so on. "
        "`calendar` names a calendar. This file is of another kind.",
        "include: [calendars/cambodia.yaml]",
        "calendar: cambodia",
    ),
    _error(
        "SP224",
        "Defined in two files",
        "One id has one meaning in a protocol. It is defined in two of its files; both places are named.",
        "limits: {first_visit: {...}}   # and again in shared/limits.yaml",
        "limits: {first_visit: {...}}   # in one of the files only",
    ),
)

_CALENDARS = (
    _error(
        "SP225",
        "No such calendar",
        "`calendar: cambodia` means the file calendars/cambodia.yaml beside the protocol.",
        "calendar: kambodia",
        "calendar: cambodia",
    ),
    _error(
        "SP226",
        "Not an opening time",
        "Opening times say from and to with two digits each, in the order of the day and without overlap.",
        "mon: [8-12, 13:30-17:00]",
        "mon: [08:00-12:00, 13:30-17:00]",
    ),
    _error(
        "SP227",
        "Unknown time zone",
        "Time zones are named by continent and city, because such names know about summer time and its history.",
        "zone: Phnom Penh",
        "zone: Asia/Phnom_Penh",
    ),
    _error(
        "SP228",
        "Not a day of that year",
        "Holidays stand under their year as dates. This one is no date, or belongs to another year.",
        "years: {2027: {status: official, holidays: {2026-01-01: New Year}}}",
        "years: {2027: {status: official, holidays: {2027-01-01: New Year}}}",
    ),
    _error(
        "SP229",
        "The calendar has another name than its file",
        "A calendar is found by the name of its file, so both must be the same.",
        "calendar: kh   # in calendars/cambodia.yaml",
        "calendar: cambodia",
    ),
    _error(
        "SP230",
        "A calendar that is never open",
        "Without opening hours no working hour and no working day ever passes, and a limit would never come.",
        "hours: {}",
        "hours: {mon: [08:00-17:00]}",
    ),
    _error(
        "SP231",
        "Not a festival week",
        "A festival stands under the year in which it begins, from its first day to its last, at most 31 days.",
        "2027: {status: projected, festivals: [{name: New Year, from: 2027-04-18, to: 2027-04-12}]}",
        "2027: {status: projected, festivals: [{name: New Year, from: 2027-04-12, to: 2027-04-18}]}",
    ),
    _error(
        "SP232",
        "Two festivals at once",
        "A visit that falls into a festival week is offered before it. Where two weeks share a day, nobody could say "
        "before which.",
        "festivals: [{name: A, from: 2027-04-12, to: 2027-04-18}, {name: B, from: 2027-04-18, to: 2027-04-20}]",
        "festivals: [{name: A and B, from: 2027-04-12, to: 2027-04-20}]",
    ),
)

SHAPE: tuple[Explanation, ...] = (*_KEYS, *_FILES, *_CALENDARS)
