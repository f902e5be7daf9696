"""Values as they are written into a file: plain where that is safe, else in quotes, in the style that stood there."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: A value as plain data: a text, a list, a table; None is "nothing given".
Content = str | tuple["Content", ...] | Mapping[str, "Content"] | None

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.%/()+-]*[A-Za-z0-9_.%/()+-])?")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def write(content: Content, style: str = "") -> str:
    """Return a value on one line. ``style`` is the quotation mark that stood there, empty for a plain text."""
    if content is None:
        return ""
    if isinstance(content, str):
        return quote(content, style)
    if isinstance(content, tuple):
        return f"[{', '.join(write(one) for one in content)}]"
    return f"{{{', '.join(f'{quote(key)}: {write(one)}' for key, one in content.items())}}}"


def quote(text: str, style: str = "") -> str:
    """Return a text so that it is read back as it is, in the style given where that style can hold it."""
    if style == "'" and "\n" not in text:
        return f"""'{text.replace("'", "''")}'"""
    if style in ("", "'") and _PLAIN.fullmatch(text):
        return text
    return f'"{text.translate(_ESCAPES)}"'
