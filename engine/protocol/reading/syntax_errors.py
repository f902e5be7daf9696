"""The parser's own complaints in plain words: each gets a code, a place where the mistake is, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.protocol.codes.registry import problem
from engine.protocol.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the parser says: where it stopped, and inside what (which may have begun much earlier).

    ``before`` is what stands on the line before the place where it stopped, ``sign`` the character there.
    """

    words: str
    context: str
    stopped: Place
    began: Place | None
    before: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one kind of complaint is told. ``at_start`` places it where the unfinished thing began."""

    pattern: re.Pattern[str]
    code: str
    message: str
    hint: str
    at_start: bool = False


def _say(pattern: str, code: str, message: str, hint: str, at_start: bool = False) -> Wording:
    return Wording(re.compile(pattern), code, message, hint, at_start)


WORDINGS = (
    _say(
        r"quoted scalar.*(end of stream|document (indicator|separator))",
        "SP150",
        "The quotation mark that opens here is never closed.",
        "Put the same quotation mark at the end of the text.",
        at_start=True,
    ),
    _say(
        r"flow (sequence|mapping)|flow node.*(end of stream|stream end|document|block)",
        "SP151",
        "This list in brackets is not finished, or a comma is missing in it.",
        "Part the items by commas, and close each [ with ] and each { with }.",
        at_start=True,
    ),
    _say(
        r"flow node|node content",
        "SP151",
        "A value is missing here, or a sign stands where a word should be.",
        "Look for two commas in a row or a bracket without its partner; put text with special signs in quotes.",
    ),
    _say(
        r"mapping values are not allowed.* and a colon",
        "SP152",
        "This colon is one too many for its line.",
        "If the colon belongs to the text, put the whole text in quotes.",
    ),
    _say(
        r"mapping values are not allowed",
        "SP154",
        "This line is moved in too far, or the line above it has no colon.",
        "Move it in exactly as far as its neighbours, and end the key above with a colon.",
    ),
    _say(
        r"could not find expected ':'",
        "SP153",
        "This line has no colon after its key.",
        "Write `key: value`; if the line belongs to the text above, move it further in.",
        at_start=True,
    ),
    _say(
        r"tab character",
        "SP140",
        "This line is moved in with a tab.",
        "Use spaces, two for each level; most editors can turn tabs into spaces.",
    ),
    _say(
        r"at sign \t",
        "SP140",
        "A tab stands where only spaces may.",
        "Replace the tab by spaces.",
    ),
    _say(
        r"expected key.* at sign :",
        "SP127",
        "There is no key before this colon.",
        "Write a key before the colon, or put the text in quotes.",
    ),
    _say(
        r"entries are not allowed|mapping keys are not allowed|block mapping.*at sign -",
        "SP158",
        "A list item cannot begin here.",
        "Put each `- item` on its own line below its key, or write `key: [item, item]`.",
    ),
    _say(
        r"(block (mapping|collection|sequence)|expected key|<block end>|block end).*behind a value",
        "SP160",
        "The value before this place is already complete.",
        "Put the whole text in one pair of quotes (a ' inside '...' is written twice); delete a bracket too many.",
    ),
    _say(
        r"block (mapping|collection|sequence)|expected key|expected '-'|<block end>|block end",
        "SP154",
        "This line does not fit the lines above it.",
        "Move it in exactly as far as its neighbours.",
    ),
    _say(
        r"cannot start any token",
        "SP155",
        "A value cannot begin with this sign.",
        "Put the whole text in quotes.",
    ),
    _say(
        r"escape|hexadecimal|hexdecimal|Unicode character",
        "SP156",
        "The backslash in this quoted text stands before a sign it does not go with.",
        "Write the text in single quotes ('...'), where a backslash is only a backslash.",
    ),
    _say(
        r"block scalar",
        "SP157",
        "After the sign | or > only a line break may follow.",
        "Begin the text on the next line, moved in by two spaces.",
    ),
    _say(
        r"<document start>|document end|document indicator",
        "SP125",
        "A second document begins here, or text stands behind the end of the file's content.",
        "Keep one document in a file, without lines that begin with `---` or `...` between the keys.",
    ),
    _say(r"directive|%YAML|%TAG", "SP128", "A line that begins with % is not allowed here.", "Delete the line."),
    _say(
        r"tag|'!'",
        "SP124",
        "A word with ! in front (a tag) is not allowed.",
        "Put it in quotes if the ! is part of it.",
    ),
    _say(
        r"anchor",
        "SP121",
        "A word with & in front (an anchor) is not allowed.",
        "Put it in quotes if & is part of it.",
    ),
    _say(
        r"alias", "SP122", "A word with * in front (an alias) is not allowed.", "Put it in quotes if * is part of it."
    ),
)
_OTHER = _say(
    "",
    "SP159",
    "From here on the file cannot be read as YAML.",
    "Compare the line with its neighbours: spaces at its start, colons, quotation marks, brackets.",
)


def translate(complaint: Complaint) -> Problem:
    """Return the parser's complaint as a problem in plain words."""
    where = "behind a value" if complaint.before.strip(" -?") else "at the start"
    where += " and a colon" if ": " in complaint.before else ""
    full = f"{complaint.context} {complaint.words} {where} at sign {complaint.sign}"
    wording = next((one for one in WORDINGS if one.pattern.search(full)), _OTHER)
    began, stopped = complaint.began, complaint.stopped
    if wording.code == "SP151" and began is not None and began.line == stopped.line:
        began = None  # on one line, the missing comma is where the parser stopped
    place = began if wording.at_start and began is not None else stopped
    message = wording.message
    if place.line != stopped.line and wording.code == "SP151":
        message = f"{message[:-1]}; it shows in line {stopped.line}."
    return problem(wording.code, place, message, wording.hint)
