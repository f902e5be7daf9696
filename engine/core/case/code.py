"""Case codes: random, readable over a telephone, with a check sign that tells a mistyped one.

Eight signs and a check sign: ``K7Q2-9M4X-3``. There is no I, L, O or U to be misread, and no Z: with 31 signs (a
prime) the check finds every single wrong sign and every two neighbours that changed places. A code tells nothing of a
person, an order or a date.
"""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 8
#: So many random bytes make a code.
BYTES = 8
_BASE = len(SIGNS)
_READ = {**{sign: number for number, sign in enumerate(SIGNS)}, "I": 1, "L": 1, "O": 0}


def code_of(chance: bytes) -> str:
    """Return the code that random bytes stand for."""
    number = int.from_bytes(chance[:BYTES], "big")
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, _BASE)
        digits.append(digit)
    return _written(digits)


def read_code(text: str) -> str | None:
    """Return the code as it is kept, from what somebody typed; None where it cannot be one."""
    signs = [sign for sign in text.upper() if sign not in " -"]
    if len(signs) != LENGTH + 1 or any(sign not in _READ for sign in signs):
        return None
    code = _written([_READ[sign] for sign in signs[:LENGTH]])
    return code if code[-1] == SIGNS[_READ[signs[LENGTH]]] else None


def _written(digits: list[int]) -> str:
    """Return the code of its digits. The check: a sum whose weights differ and are no multiples of the base."""
    text = "".join(SIGNS[digit] for digit in digits)
    check = SIGNS[sum(weight * digit for weight, digit in enumerate(digits, 2)) % _BASE]
    return f"{text[:4]}-{text[4:]}-{check}"
