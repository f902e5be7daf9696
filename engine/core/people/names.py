"""What may be written in the directory: ids, names, addresses; and which ids look alike.

Each check returns what is wrong in the middle of a sentence ("has a comma in it"), or None. Nothing here raises.
"""

from __future__ import annotations

import re
import unicodedata

#: The ids of agencies, people, units, provinces and ministries. Small letters only, so that none differ by case.
ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: Roles have the ids that protocols give them.
ROLE_ID = re.compile(r"[A-Za-z0-9_]{1,64}")
#: The code of a case or of a person a case is about.
CODE = re.compile(r"[!-~]{1,100}")
#: Ids that mean something else where an id may stand.
RESERVED = frozenset({"system", "auditor", "import", "everywhere"})
LANGUAGES = ("en", "km")
LONGEST_NAME = 200
#: RFC 5321 allows no longer address, and no longer part before the @.
LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64

_LOCAL = re.compile(r"[A-Za-z0-9_+'-]+(\.[A-Za-z0-9_+'-]+)*")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])")
#: Control characters, surrogates, and the line and paragraph separators.
_UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Zero-width characters part words in Khmer; every other invisible character misleads.
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d")
_LOOKS = (("0", "o"), ("rn", "m"), ("vv", "w"))
_UNDERSCORES = re.compile("_+")


def id_fault(text: str) -> str | None:
    """Return why this cannot be the id of an agency, a person, a unit, a province or a ministry."""
    if ID.fullmatch(text) is None:
        return "needs small letters a to z, digits and _ only, with a letter first and 60 at most"
    return "is a word with a meaning of its own" if text in RESERVED else None


def role_fault(text: str) -> str | None:
    """Return why this cannot be the id of a role."""
    if ROLE_ID.fullmatch(text) is None:
        return "needs letters A to Z, digits and _ only, 64 at most"
    return "is the word for whoever records a step" if text == "owner" else None


def name_fault(text: str) -> str | None:
    """Return why this cannot be a name or a title. Any script may be used."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    return "has an invisible or unwritable character in it" if any(map(_misleads, text)) else None


def address_fault(text: str) -> str | None:
    """Return why this is no address mail can safely be sent to.

    Narrower than the mail standards on purpose: no quotes, no comments, no list, ASCII only. What passes here is one
    address for every mail program.
    """
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        return "needs a name, an @ and a domain"
    if len(text) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL:
        return f"is too long: {LONGEST_LOCAL} characters before the @ and {LONGEST_ADDRESS} in all at most"
    if _LOCAL.fullmatch(local) is None:
        return "may have only letters, digits and . _ + ' - before the @, no two dots together"
    return None if _DOMAIN.fullmatch(domain) else "needs a domain of letters, digits and -, like office.example.org"


def shapes(id_: str) -> frozenset[str]:
    """Return what an id looks like at a glance: two ids with a shape in common are mistaken for each other."""
    text = _UNDERSCORES.sub("_", id_).strip("_")
    for sign, looks in _LOOKS:
        text = text.replace(sign, looks)
    return frozenset((text.replace("1", "l"), text.replace("1", "i")))


def shown(text: str) -> str:
    """Return a word for a message: short, and with nothing invisible in it."""
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:41])
    return f"`{visible[:40]}...`" if len(text) > 40 else f"`{visible}`"


def _misleads(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind in _UNWRITABLE or (kind == "Cf" and char not in _ZERO_WIDTH)
