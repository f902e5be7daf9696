"""Case codes: random, readable over a telephone, with a check sign that tells a mistyped one.

Eight signs and a check sign in Crockford's base 32 (no I, L, O, U): ``K7Q2-9M4X-3``. A code tells nothing of a person,
an order or a date.
"""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = {**{sign: number for number, sign in enumerate(SIGNS)}, "I": 1, "L": 1, "O": 0}
LENGTH = 8
#: So many random bytes make a code.
BYTES = 5
#: A prime near 32: one wrong sign, and two neighbours that changed places, lead to another check sign.
_PRIME = 31


def code_of(chance: bytes) -> str:
    """Return the code that five random bytes stand for."""
    number = int.from_bytes(chance[:BYTES], "big")
    digits = [number >> (5 * place) & 31 for place in reversed(range(LENGTH))]
    text = "".join(SIGNS[digit] for digit in digits)
    return f"{text[:4]}-{text[4:]}-{_check(digits)}"


def read_code(text: str) -> str | None:
    """Return the code as it is kept, from what somebody typed; None where it cannot be one."""
    signs = [sign for sign in text.upper() if sign not in " -"]
    if len(signs) != LENGTH + 1 or any(sign not in _READ for sign in signs):
        return None
    digits = [_READ[sign] for sign in signs]
    plain = "".join(SIGNS[digit] for digit in digits[:LENGTH])
    if _check(digits[:LENGTH]) != SIGNS[digits[LENGTH]]:
        return None
    return f"{plain[:4]}-{plain[4:]}-{SIGNS[digits[LENGTH]]}"


def _check(digits: list[int]) -> str:
    """Return the check sign: a weighted sum, the weights all different and none a multiple of the prime."""
    return SIGNS[sum(weight * digit for weight, digit in enumerate(digits, 2)) % _PRIME]
