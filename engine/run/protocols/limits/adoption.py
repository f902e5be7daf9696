"""What the cells of one row must say together: one number, and an adoption that is whole and of that number (30)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.run.protocols.limits.remarks import Change, Remark

#: What an authority adopts: the number, where it ends, what sort of number it is shown as, and for which country.
NUMBER = ("limit", "aim", "depends_on", "kind", "jurisdiction", "ends", "if_closed")
ADOPTION = ("adopted_by", "adopted_on")


def check_row(row: int, id_: str, before: Mapping[str, str], changes: Sequence[Change]) -> Iterator[Remark]:
    """Yield what does not fit together once the changes of a row are made. ``before`` are the cells of the file."""
    changed = {one.key: one.after for one in changes}
    after = {**before, **changed}
    if not changed:
        return
    if bool(after["limit"]) == bool(after["depends_on"]):
        given = "stand both" if after["limit"] else "stands neither"
        message = f"A limit has one number: `limit` or `depends_on`; here {given}."
        column = "depends_on" if after["limit"] else "limit"
        yield Remark(row, id_, column, message, "Empty one of the two cells." if after["limit"] else "Fill one cell.")
    if after["status"] == "adopted":
        for key in ADOPTION:
            if not after[key]:
                message = f"`status` is adopted, but `{key}` is empty."
                hint = f"Fill `{key}`, or write `proposed` until the authority has decided."
                yield Remark(row, id_, key, message, hint)
    if before["status"] == "adopted" and any(key in changed for key in NUMBER):
        yield from _check_adopted(row, id_, after, changed)


def _check_adopted(row: int, id_: str, after: Mapping[str, str], changed: Mapping[str, str]) -> Iterator[Remark]:
    """An adopted number that changes is no longer the adopted one: it is proposed again, or adopted anew."""
    keys = ", ".join(f"`{key}`" for key in NUMBER if key in changed)
    message = f"An adopted number was changed ({keys})."
    if after["status"] == "adopted" and "adopted_on" not in changed:
        hint = "Write `proposed` as its status, or the authority and the day of the new adoption."
        yield Remark(row, id_, "status", message, hint)
        return
    if after["status"] == "adopted":
        hint = f"The files will say that {after['adopted_by']} adopted it on {after['adopted_on']}."
    else:
        hint = "It counts as proposed until its authority adopts it again."
        left = [f"`{key}`" for key in ADOPTION if after[key]]
        hint += f" Empty {' and '.join(left)}, which speak of the old number." if left else ""
    yield Remark(row, id_, "status", message, hint, is_error=False)
