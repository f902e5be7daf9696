"""Passwords: what a good one is, and its hash (Argon2id with the parameters of RFC 9106 for little memory)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from zxcvbn import zxcvbn

from engine.core.errors import SpeanError

#: OWASP ASVS 5.0, 6.2.1 and 6.2.9 ask for at least 8 and for 64 to be possible; a case file is worth more than 8.
SHORTEST, LONGEST = 12, 128

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
#: Checked where there is no account, so that "wrong" and "nobody" take the same time.
_NOBODY = _HASHER.hash("nobody has this password")
#: What is near at hand in this office; the ranked lists of the library know the rest.
_NEAR = ("spean", "cambodia", "kampuchea", "phnompenh", "angkor", "battambang", "siemreap")
#: So many guesses (10 to this power) a good password takes: far more than anybody tries against a log-in that rests,
#: and than a stolen Argon2id hash is worth (Wheeler, zxcvbn, USENIX Security 2016, calls it "very unguessable").
_GUESSES = 10
#: Only so much is measured; what is longer is no weaker.
_MEASURED = 72


class PasswordError(SpeanError):
    """This password cannot be taken; choose another one."""


def check_password(password: str, user: str) -> None:
    """Refuse a password that is easily guessed. Raises PasswordError, which never repeats it."""
    if len(password) < SHORTEST:
        raise PasswordError(f"A password has at least {SHORTEST} characters; four words in a row are a good one.")
    if len(password) > LONGEST:
        raise PasswordError(f"A password has at most {LONGEST} characters.")
    near = [*user.casefold().split("_"), *_NEAR]
    rest = "".join(sign for sign in password.casefold() if sign.isalnum())
    for word in near:
        rest = rest.replace(word, "")
    guesses = float(zxcvbn(password[:_MEASURED], near)["guesses_log10"])
    if guesses < _GUESSES or len(rest) < SHORTEST // 2:
        raise PasswordError("This password is one of the first that somebody would try; choose four words in a row.")


def hash_password(password: str) -> str:
    """Return the hash of a password, with its parameters and salt in it."""
    return _HASHER.hash(password)


def is_password(kept: str | None, given: str) -> bool:
    """Return whether a password is the one whose hash is kept; None takes as long and is never right."""
    try:
        _HASHER.verify(kept or _NOBODY, given[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)
