"""Why something was not done, for programs (RFC 9457)."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from engine.core.case.reasons import Refused
from engine.core.errors import SpeanError
from engine.run.cases.answers import AnswerError
from engine.run.cases.documents import DocumentError
from engine.run.cases.scanner import InfectedError, ScannerError
from engine.store.ports import BusyError, KeyReusedError, StoreError, UnknownCaseError
from web.api import bodies
from web.api.caller import KeyMissingError, MarkError, NoRoleLeftError, ScopeError
from web.guards.pace import TooFastError


def add_problems(api: FastAPI) -> None:
    """Answer every error as a problem."""

    def problem(status: int, title: str, *reasons: str) -> Response:
        body = bodies.Problem(title=title, status=status, reasons=list(reasons)).model_dump()
        return JSONResponse(body, status, media_type="application/problem+json")

    @api.exception_handler(KeyMissingError)
    def no_key(_: Request, __: KeyMissingError) -> Response:
        answer = problem(401, "Send a key that works: Authorization: Bearer KEY.")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(ScopeError)
    def reads_only(_: Request, __: ScopeError) -> Response:
        return problem(403, "This key only reads; make one that writes.")

    @api.exception_handler(TooFastError)
    def too_fast(_: Request, error: TooFastError) -> Response:
        answer = problem(429, f"Too many requests within a minute; go on in {error.wait} seconds.")
        answer.headers["Retry-After"] = str(error.wait)
        return answer

    @api.exception_handler(NoRoleLeftError)
    def done(_: Request, __: NoRoleLeftError) -> Response:
        return Response(status_code=204)  # no problem: the answer holds nothing of a case that is not hers

    @api.exception_handler(UnknownCaseError)
    def not_there(_: Request, __: UnknownCaseError) -> Response:
        return problem(404, "There is no such case for you.")

    @api.exception_handler(Refused)
    def refused(_: Request, error: Refused) -> Response:
        return problem(409, "Refused; nothing was changed.", *map(str, error.reasons))

    @api.exception_handler(KeyReusedError)
    def reused(_: Request, error: KeyReusedError) -> Response:
        return problem(409, str(error))

    @api.exception_handler(MarkError)
    def vague(_: Request, error: MarkError) -> Response:
        return problem(422, "A mark would fit too many people; write it whole.", str(error))

    @api.exception_handler(DocumentError)
    @api.exception_handler(InfectedError)
    def no_document(_: Request, error: SpeanError) -> Response:
        return problem(422, str(error))

    @api.exception_handler(ScannerError)
    def unscanned(_: Request, error: ScannerError) -> Response:
        return problem(503, str(error))

    @api.exception_handler(AnswerError)
    def wrong_answer(_: Request, error: AnswerError) -> Response:
        return problem(422, str(error))

    @api.exception_handler(RequestValidationError)
    def wrong_form(_: Request, error: RequestValidationError) -> Response:
        places = (".".join(map(str, one["loc"])) for one in error.errors())
        told = [f"{place}: {one['msg']}" for place, one in zip(places, error.errors(), strict=True)]
        return problem(422, "The request has another form.", *told[:20])

    @api.exception_handler(StoreError)
    def store(_: Request, error: StoreError) -> Response:
        return problem(503 if isinstance(error, BusyError) else 409, "The store could not do this; nothing changed.")

    @api.exception_handler(SpeanError)
    def other(_: Request, error: SpeanError) -> Response:
        return problem(409, str(error))

    @api.exception_handler(HTTPException)
    def plain(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail))
