"""What was typed survives a lost line, a closed lid, a session that ended: the page sends it now and then."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from web.guards.entry import Office, Sent, Somebody, safe_next
from web.taking import text_of

router = APIRouter()
#: Boxes that belong to one sending and not to what was typed.
_OF_THE_SENDING = frozenset({"key", "seen", "visit", "draft-of", "draft-also"})
#: Says that the page is the answer to a form that was sent: only what was typed since is sent, beside the draft.
_ALSO = "draft-also"
#: What is typed to be hashed is kept nowhere, not for a day either.
_HASHED = "mark."


@router.post("/draft")
def keep(visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Keep what was typed into the form of an address."""
    texts: dict[str, str] = {}
    for name, value in form.multi_items():
        if name not in _OF_THE_SENDING and not name.startswith(_HASHED) and isinstance(value, str):
            texts[name[:200]] = f"{texts[name]},{value}" if name in texts else value
    address = safe_next(text_of(form, "draft-of", 300))
    also = desk.drafts.find(visitor.id, address) if text_of(form, _ALSO, 3) else None
    if also is not None:
        texts = {**also.texts, **texts}
    if texts:
        desk.drafts.keep(visitor.id, address, texts)
    else:  # everything stands as it stood before
        desk.drafts.drop(visitor.id, address)
    return Response(status_code=204)


@router.post("/draft/drop")
def drop(visitor: Somebody, desk: Office, form: Sent) -> Response:
    """Throw it away; ``next``: the page on which it stood."""
    desk.drafts.drop(visitor.id, safe_next(text_of(form, "draft-of", 300)))
    return RedirectResponse(safe_next(text_of(form, "next", 300)), 303)
