"""One-time codes (TOTP, RFC 6238: six digits, 30 seconds) and recovery codes for when the telephone is lost."""

from __future__ import annotations

import secrets
from datetime import datetime

from pyotp import TOTP, random_base32

#: So many seconds each code is for.
STEP_SECONDS = 30
#: Codes of so many steps before and after the present one are taken: clocks of telephones differ.
_TOLERANCE = 1
RECOVERY_CODES = 10
#: Signs that nobody mistakes for one another.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_SIGNS = 10


def new_factor() -> str:
    """Return the secret of a new second factor, as an authenticator takes it."""
    return random_base32(32)


def address_of(factor: str, user: str, office: str) -> str:
    """Return the ``otpauth:`` address that an authenticator reads from a picture."""
    return TOTP(factor, interval=STEP_SECONDS).provisioning_uri(name=user, issuer_name=office)


def code_at(factor: str, now: datetime) -> str:
    """Return the code at an instant: shown in simulations only, and tried in tests."""
    return TOTP(factor, interval=STEP_SECONDS).at(now)


def step_of(factor: str, code: str, now: datetime) -> int | None:
    """Return the time step for which a code is right, near this instant; None for a wrong one."""
    given = "".join(code.split())
    if not (given.isascii() and given.isdecimal()):
        return None
    totp, here = TOTP(factor, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    steps = range(here - _TOLERANCE, here + _TOLERANCE + 1)
    right = [step for step in steps if secrets.compare_digest(totp.generate_otp(step), given)]
    return right[-1] if right else None


def new_recovery_codes() -> list[str]:
    """Return new recovery codes, five signs and five (50 bits each)."""
    return [_dashed("".join(secrets.choice(_SIGNS) for _ in range(_RECOVERY_SIGNS))) for _ in range(RECOVERY_CODES)]


def as_recovery_code(typed: str) -> str:
    """Return a recovery code as it is kept, however it was typed."""
    return _dashed("".join(sign for sign in typed.casefold() if sign.isalnum())[:_RECOVERY_SIGNS])


def _dashed(code: str) -> str:
    return f"{code[:5]}-{code[5:]}"
