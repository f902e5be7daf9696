"""The same use cases for programs: a key in ``Authorization: Bearer``, JSON both ways, refusals as problems.

``Idempotency-Key`` makes a request that is sent twice happen once. Pages go on behind the last item that was seen.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from web.api import bodies
from web.api.doing import add_doing
from web.api.keeping import add_keeping
from web.api.problems import add_problems
from web.api.reading import add_reading
from web.desk import Desk
from web.guards.pace import Pace

_PROBLEM = {"model": bodies.Problem, "description": "Not done; nothing was changed."}
_PROBLEMS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 503), _PROBLEM)


def create_api(desk: Desk, pace: Pace | None = None) -> FastAPI:
    """Return the application for programs."""
    api = FastAPI(
        title="Spean",
        version="1",
        description="The use cases of the pages, for programs.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses=_PROBLEMS,
    )
    api.state.desk = desk
    api.state.pace = pace or Pace()
    add_reading(api)
    add_doing(api)
    add_keeping(api)
    add_problems(api)
    return api
