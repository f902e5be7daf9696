"""Paper: what is printed from a case. The code stands outside, a name nowhere; only what the reader may see."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from engine.run.printing.lacking import LackingError
from engine.run.printing.paper import Paper, paper_pdf
from engine.run.printing.pdf import PrintingError
from engine.store.ports import UnknownCaseError
from web.guards.entry import Office, Somebody
from web.guards.pace import Costly
from web.page import page
from web.routes.case import view_of, writable
from web.shown import case as shown
from web.shown.questions import question
from web.shown.summary import summary_of
from web.taking import code_of
from web.words.catalog import N_, say

router = APIRouter()
#: What can be printed; its name in the address.
SUMMARY, _PDF = "summary", ".pdf"
PAPERS = ("visit", "help", "consents", SUMMARY)


@router.get("/case/{code}/print")
def choose(request: Request, code: str, visitor: Somebody, desk: Office) -> Response:
    """Show what can be printed."""
    view, _ = view_of(code_of(code, desk), visitor, desk, "papers")
    return page(request, "papers.html", {"case": view.case}, visitor=visitor)


@router.get("/case/{code}/print/{paper}", dependencies=[Costly])
def show(request: Request, code: str, paper: str, visitor: Somebody, desk: Office) -> Response:
    """Show one of them, ready to print."""
    name = paper.removesuffix(_PDF)
    if paper not in PAPERS and name != SUMMARY:
        raise UnknownCaseError
    view, titles = view_of(code_of(code, desk), visitor, desk, f"print {name}")
    if paper != name:
        return _pdf(paper, summary_of(view, titles))
    names = list(dict.fromkeys(name for _, name in writable(view)))
    duty = visitor.directory.agencies.get(view.case.agency or "")
    values = {
        "case": view.case,
        "paper": paper,
        "today": titles.when(view.now),
        "lanes": [one for one in shown.lanes(view, titles) if one.open],
        "timers": [one for one in shown.timers(view, titles, view.now) if one.limit],
        "agreements": [one for one in shown.agreements(view, titles) if one.given is not None],
        "questions": [question(name, titles) for name in names],
        "facts": [(titles.label(name), titles.value(name, fact.value)) for name, _, fact in view.facts()],
        "worker": titles.person(view.case.holders.get("case_manager", "")),
        "agency": titles.person("")
        if duty is None
        else (duty.title.get(visitor.language) or duty.title.get("en") or duty.id),
    }
    return page(request, "paper.html", values, visitor=visitor)


def _pdf(name: str, made: Paper) -> Response:
    """Send a paper to be saved: its name tells nothing of the case."""
    try:
        content = paper_pdf(made)
    except LackingError:
        words = say(made.language, N_("PDF cannot be written on this machine; print the page from the browser."))
        return PlainTextResponse(words, 501)
    except PrintingError:
        words = say(made.language, N_("The PDF could not be made; print the page from the browser."))
        return PlainTextResponse(words, 500)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type="application/pdf", headers=headers)
