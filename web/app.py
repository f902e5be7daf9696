"""The web application: every route in one table of three parts (public, inside, administration), and the guards."""

from __future__ import annotations

from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from engine.core.errors import SpeanError
from engine.run.setup.office import Office
from engine.store.access import Accessed
from engine.store.ports import BusyError, KeyReusedError, StoreError, UnknownCaseError
from web.api.app import create_api
from web.desk import Desk
from web.guards.charset import Charset
from web.guards.entry import NotConfirmedError, NotLoggedInError, NotYoursError, administrator_of, visitor_of
from web.guards.headers import Headers
from web.guards.origin import OwnOrigin
from web.guards.pace import Pace, TooFastError
from web.guards.sending import Sending
from web.guards.size import Size
from web.page import language_of, page
from web.routes import (
    account,
    acting,
    approvals,
    bulk,
    case,
    confirm,
    consents,
    contact,
    documents,
    drafts,
    entrance,
    glass,
    handle,
    health,
    marks,
    more,
    opening,
    operation,
    paper,
    people,
    stalled,
    statistics,
    weeks,
    work,
)
from web.words.catalog import N_, say

_OWN_HOSTS = ("localhost", "127.0.0.1")
API = "/api/v1"
#: Answers of so many bytes are sent packed: a page in Khmer is a third as long then.
PACKED_FROM = 1000
#: Whoever has the address.
PUBLIC = (health.router, entrance.router, handle.public)
#: Whoever is logged in; what she sees is decided case by case.
INSIDE = (
    *(
        work.router,
        approvals.router,
        opening.router,
        stalled.router,
        account.router,
        bulk.router,
        statistics.router,
        weeks.router,
        glass.router,
        marks.router,
    ),
    drafts.router,
    documents.router,
    *(case.router, acting.router, contact.router, consents.router, more.router, paper.router, handle.router),
    operation.router,
)
#: Whoever keeps the directory.
ADMINISTRATION = (people.router,)


def create_app(office: Office) -> FastAPI:
    """Return the application of an office."""
    app = FastAPI(title="Spean", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(office)
    app.state.pace = Pace()
    for public in PUBLIC:
        app.include_router(public)
    for inside in INSIDE:
        app.include_router(inside, dependencies=[Depends(visitor_of)])
    for kept in ADMINISTRATION:
        app.include_router(kept, dependencies=[Depends(administrator_of)])
    app.mount(API, create_api(app.state.desk, app.state.pace), name="api")
    app.mount("/static", StaticFiles(directory=str(files("web") / "static")), name="static")
    _add_errors(app)
    app.add_middleware(Sending, desk=app.state.desk)
    app.add_middleware(OwnOrigin)
    app.add_middleware(Charset)
    app.add_middleware(Size)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_hosts(office), www_redirect=False)
    # Pages hold no secret beside what somebody else can put into them, so that packing them tells nothing (BREACH).
    app.add_middleware(GZipMiddleware, minimum_size=PACKED_FROM)
    app.add_middleware(Headers)
    return app


def resting(request: Request, error: TooFastError) -> Response:
    """Say that it was too much at once, and when to come again."""
    words = N_("You did this very often in a short time. Wait a minute, then try again; nothing was changed.")
    language = error.visitor.language if error.visitor is not None else language_of(request)
    answer = page(request, "resting.html", {"words": say(language, words)}, visitor=error.visitor, status=429)
    answer.headers["Retry-After"] = str(error.wait)
    return answer


def _log_refusal(request: Request) -> None:
    """Write down that somebody was refused a page; by its route, so that nothing typed stands in the log."""
    desk: Desk = request.app.state.desk
    user, route = getattr(request.state, "user", ""), request.scope.get("route")
    path = str(getattr(route, "path", ""))
    desk.casework.access.write(
        [Accessed(at=desk.office.time.now(), by=user or "?", what="refused", detail=f"{request.method} {path}")]
    )


def _hosts(office: Office) -> list[str]:
    named = urlsplit(office.settings.office.link).hostname
    return [*_OWN_HOSTS, *([named] if named else [])]


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(NotLoggedInError)
    def not_logged_in(_: Request, error: NotLoggedInError) -> Response:
        return RedirectResponse(f"/log-in?next={error.next}", 303)

    @app.exception_handler(NotConfirmedError)
    def not_confirmed(request: Request, error: NotConfirmedError) -> Response:
        return confirm.ask(request, error)

    @app.exception_handler(TooFastError)
    def too_fast(request: Request, error: TooFastError) -> Response:
        return resting(request, error)

    @app.exception_handler(NotYoursError)
    @app.exception_handler(UnknownCaseError)
    def not_there(request: Request, error: Exception) -> Response:
        if isinstance(error, NotYoursError):  # what is refused of a case is logged where its code is known
            _log_refusal(request)
        return page(request, "not_there.html", status=404)

    @app.exception_handler(KeyReusedError)
    def reused(request: Request, _: KeyReusedError) -> Response:
        return page(request, "trouble.html", {"busy": False}, status=409)

    @app.exception_handler(StoreError)
    def store(request: Request, error: StoreError) -> Response:
        return page(request, "trouble.html", {"busy": isinstance(error, BusyError)}, status=503)

    @app.exception_handler(SpeanError)
    def refused(request: Request, _: SpeanError) -> Response:
        return page(request, "trouble.html", {"busy": False}, status=422)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            return page(request, "not_there.html", status=error.status_code)
        return page(request, "trouble.html", {"busy": False}, status=error.status_code)

    @app.exception_handler(Exception)
    def broken(request: Request, _: Exception) -> Response:
        return page(request, "trouble.html", {"busy": False}, status=500)
