"""The codes SP1xx: what keeps the text of a file from being read, or from being read in one way only (28)."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _error(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.ERROR, title, what, wrong, right)


_LIMITS = (
    _error(
        "SP101",
        "The file is too large",
        "A file may hold 256 KiB, some 5,000 lines. Larger ones are not opened at all, so that a wrong file (a log, a"
        " scan) is answered at once. Split a long protocol: what several parts use goes into files under `include`.",
        "<a file of 300 KiB>",
        "include: [shared/fields.yaml, shared/limits.yaml]",
    ),
    _error(
        "SP102",
        "The file is not UTF-8",
        "Files are stored as UTF-8, the one encoding that holds Khmer and English side by side. Some editors save "
        "UTF-16 or an old Windows encoding; choose UTF-8 when saving.",
        "<a file saved as UTF-16>",
        "<the same file saved as UTF-8>",
    ),
    _error(
        "SP103",
        "The file is empty",
        "Nothing stands in the file, or only comments.",
        "# rescue protocol, to be written",
        "spean: 1\nprotocol: rescue",
    ),
    _error(
        "SP104",
        "The file holds a text, not keys with values",
        "A protocol file is a table of keys. This one holds a single text; perhaps the colon behind the first key is "
        "missing, or another file was saved under this name.",
        "hello",
        "spean: 1",
    ),
    _error(
        "SP105",
        "Too many keys and values",
        "A file may hold 20,000 keys and values together. Split it and name the parts under `include`.",
        "<a list of 30,000 items>",
        "include: [shared/fields.yaml]",
    ),
    _error(
        "SP106",
        "Nested too deeply",
        "Tables and lists may stand in each other up to 20 levels. No protocol needs more than twelve; too many "
        "opening brackets are the usual cause.",
        "a: [[[[[[[[[[[[[[[[[[[[[[ b ]]]]]]]]]]]]]]]]]]]]]]",
        "a: [b]",
    ),
    _error(
        "SP107",
        "A text is too long",
        "One text may have 10,000 characters, about four pages. Keep longer papers as documents of their own.",
        "<a text of 12,000 characters>",
        "<a text of 10,000 characters or fewer>",
    ),
    _error(
        "SP108",
        "A key is too long",
        "A key may have 200 characters. Long keys are mostly texts whose colon made them a key.",
        "<a key of 300 characters>: 1",
        "first_screening: 1",
    ),
    _error(
        "SP109",
        "A number has too many digits",
        "A number may have 40 digits. More is a key that stuck.",
        "a: 99999999999999999999999999999999999999999999",
        "a: 99",
    ),
    _error(
        "SP110",
        "No such day in the calendar",
        "The value has the form of a date (year-month-day) and is none: the month has fewer days, or day and month "
        "are exchanged. Put it in quotes if it is not meant as a date.",
        "review_before: 2027-02-30",
        "review_before: 2027-02-28",
    ),
    _error(
        "SP111",
        "More problems than are shown",
        "At most 200 problems of one file are listed. The rest appears once these are put right; often one cause "
        "(a wrong encoding, a copied table) stands behind all.",
        "<a file with 500 no-break spaces>",
        "<the same file with ordinary spaces>",
    ),
)

_REFUSED = (
    _error(
        "SP120",
        "The same key twice",
        "Within one table a key stands once. Most readers of YAML take the last one and say nothing, so a limit "
        "could be changed by a line nobody looks at.",
        "limit: 72 hours\nlimit: 96 hours",
        "limit: 72 hours",
    ),
    _error(
        "SP121",
        "An anchor (&name)",
        "Anchors let one place of a file stand for another; a reader can then no longer see what holds at a line. "
        "Write values out, or put what repeats under `defaults`.",
        "base: &base {kind: law}",
        "base: {kind: law}",
    ),
    _error(
        "SP122",
        "An alias (*name)",
        "An alias repeats what an anchor marked; a few of them can make a short file unreadably large. Write the "
        "value out. A text that begins with * goes into quotes.",
        "note: *see",
        'note: "*see"',
    ),
    _error(
        "SP123",
        "The merge sign (<<)",
        "The merge sign copies keys from elsewhere into a table. It is no part of YAML 1.2. Write the keys out.",
        "clinical:\n  <<: law",
        "clinical:\n  kind: law",
    ),
    _error(
        "SP124",
        "A tag (!word)",
        "A tag tells a program to turn a value into something else; nothing in a protocol is ever turned into code. "
        "The kind of a value follows from its key. A text that begins with ! goes into quotes.",
        "note: !important",
        'note: "!important"',
    ),
    _error(
        "SP125",
        "More than one document",
        "A line `---` between keys begins a second document in the same file, and `...` ends the first. What stands "
        "behind would be overlooked.",
        "spean: 1\n---\nspean: 1",
        "spean: 1",
    ),
    _error(
        "SP126",
        "A key that is a list or a table",
        "A key is one word. Brackets before a colon make a list or a table of it; quote a text with brackets.",
        "[a, b]: 1",
        "a: 1",
    ),
    _error(
        "SP127",
        "No key before the colon",
        "A line begins with a colon, so its value has no name.",
        ": 72 hours",
        "limit: 72 hours",
    ),
    _error(
        "SP128",
        "An instruction to the reader (%)",
        "A line that begins with % tells the reader how to read. Only `%YAML 1.2` is understood, once and before "
        "everything else; YAML 1.1 would read `no` as false and 12:30 as 750.",
        "%YAML 1.1\n---\nspean: 1",
        "spean: 1",
    ),
)

_CHARACTERS = (
    _error(
        "SP130",
        "A control character",
        "The text holds a character that is no letter, sign or space: it came from a copied terminal, a database or "
        "a damaged file. Some programs stop reading there.",
        'a: "x\\0y"',
        'a: "xy"',
    ),
    _error(
        "SP131",
        "A character that turns the direction of text",
        "Such a character makes the letters behind it appear in another order than they are stored, so two people "
        "can read one line differently. Khmer and English never need one.",
        'a: "\\u202Eevil"',
        'a: "evil"',
    ),
    _error(
        "SP132",
        "A byte order mark",
        "Some Windows editors put an invisible mark at the beginning of a file; joined files carry it in the middle.",
        "<BYTE ORDER MARK>spean: 1",
        "spean: 1",
    ),
    _error(
        "SP133",
        "A space that is not a space",
        "Word processors and web pages use no-break and other wide spaces. They look like a space and are none, so "
        "`72 hours` would not be understood.",
        "limit: 72<NO-BREAK SPACE>hours",
        "limit: 72 hours",
    ),
    _error(
        "SP134",
        "A character without width",
        "Zero-width spaces part words in Khmer text and are welcome there. In a key or in English text they make two "
        "words differ that look the same.",
        "limit<ZERO WIDTH SPACE>: 72 hours",
        "limit: 72 hours",
    ),
    _error(
        "SP135",
        "A curly quote in place of a straight one",
        "Word processors turn straight quotes into curly ones. YAML knows only the straight ones; a curly quote at "
        "the beginning would become part of the text. Inside a text it may stay.",
        "title: “First care”",
        'title: "First care"',
    ),
    _error(
        "SP136",
        "A Khmer digit in a key or a number",
        "Numbers are written 0 to 9, so that everyone who reviews a protocol reads the same limit. Khmer digits are "
        "welcome in Khmer texts. The digits of neighbouring scripts are named likewise.",
        "limit: ៧២ hours",
        "limit: 72 hours",
    ),
)

_STRICTNESS = (
    _error(
        "SP140",
        "A tab at the beginning of a line",
        "What belongs together is shown by spaces. A tab is as wide as each editor likes, so two people would see "
        "two different shapes.",
        "steps:\n<TAB>triage: {}",
        "steps:\n  triage: {}",
    ),
    _error(
        "SP141",
        "A list or quoted text comes out of its block",
        "A list in brackets or a quoted text may go on over several lines; each of them, the closing bracket too, "
        "stands further in than the key it belongs to.",
        "include: [a.yaml,\nb.yaml]",
        "include: [a.yaml,\n  b.yaml]",
    ),
    _error(
        "SP142",
        "A comment without a space before it",
        "The sign # begins a comment only behind a space. Without it nobody can tell if it is part of the value.",
        'source: "UN kit"# 2014',
        'source: "UN kit" # 2014',
    ),
    _error(
        "SP143",
        "A dash alone",
        "A dash begins a list item; alone between brackets it is no value.",
        "ref: [-, B4]",
        "ref: [B4]",
    ),
    _error(
        "SP144",
        "A text block with deeper blank lines",
        "The first line of a text block sets how far it is moved in. A blank line with more spaces above it makes "
        "that unclear.",
        "text: |\n     \n  First line",
        "text: |\n  First line",
    ),
    _error(
        "SP145",
        "A list item that became text",
        "A line that stands further in than the text above continues this text, even if it begins with a dash. The "
        "item would be overlooked.",
        "ref:\n  - B4\n    - B5",
        "ref:\n  - B4\n  - B5",
    ),
)

_SYNTAX = (
    _error(
        "SP150",
        "A quotation mark is never closed",
        "Everything behind the mark was read as one text, to the end of the file.",
        'a: "abc',
        'a: "abc"',
    ),
    _error(
        "SP151",
        "An unfinished list in brackets",
        "Each [ needs its ] and each { its }, with commas between the items.",
        "ref: [B4, B5",
        "ref: [B4, B5]",
    ),
    _error(
        "SP152",
        "A colon too many",
        "A line has one key. A text that holds a colon followed by a space goes into quotes.",
        "title: First care: medical",
        'title: "First care: medical"',
    ),
    _error(
        "SP153",
        "A line without a colon",
        "Among keys each line is `key: value`. A line of a longer text must stand further in than its key.",
        "spean: 1\nprotocol rescue\nabout: person",
        "spean: 1\nprotocol: rescue\nabout: person",
    ),
    _error(
        "SP154",
        "A line that does not fit those above",
        "The keys of one table begin in the same column, and so do the items of one list. A key above without a "
        "colon gives the same message.",
        "track:\n    title: Care\n  again: true",
        "track:\n    title: Care\n    again: true",
    ),
    _error(
        "SP155",
        "A sign no value can begin with",
        "The signs @ ` % and a few more cannot begin a plain text; put it in quotes.",
        "to: @supervisor",
        'to: "@supervisor"',
    ),
    _error(
        "SP156",
        "A backslash before the wrong sign",
        "In double quotes a backslash gives the next sign a special meaning. In single quotes it is only itself.",
        'file: "C:\\papers"',
        "file: 'C:\\papers'",
    ),
    _error(
        "SP157",
        "Text behind | or >",
        "The signs | and > begin a text block on the NEXT line; a text cannot stand behind them.",
        "text: > First line",
        "text: >\n  First line",
    ),
    _error(
        "SP158",
        "A list item in the wrong place",
        "Items with a dash stand each on a line of its own.",
        "ref: - B4",
        "ref: [B4]",
    ),
    _error(
        "SP159",
        "Not readable as YAML",
        "The reader cannot tell more. Compare the line with its neighbours.",
        "{first :, second: 1}",
        "{first: , second: 1}",
    ),
    _error(
        "SP160",
        "Text behind a finished value",
        "A closing quotation mark or bracket ends a value; only a comment may follow. Often a quotation mark inside "
        "the text was taken for the closing one.",
        "title: 'the witness's statement'",
        'title: "the witness\'s statement"',
    ),
)

READING: tuple[Explanation, ...] = (*_LIMITS, *_REFUSED, *_CHARACTERS, *_STRICTNESS, *_SYNTAX)
