"""Fifty people at work on the pages of an office with 100,000 cases: the 95th of a hundred answers, beside a floor.

The floor is a bare Starlette application that sends the same queries to the same database, writes the same line of
the access log, and answers with a fixed page of the same size. Both are served by the same server, one after the
other, in turn; who asks is a process of its own. The case that is copied holds nothing sealed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from benchmarks.crowd import Original, codes, fill, take
from benchmarks.harness import Figure
from engine.core.people.commands import AddMembership, SetUser
from engine.core.people.directory import CASE_MANAGER
from engine.run.cases.casework import Opening
from engine.run.cases.worklist import MOST, reach_of
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from engine.store.access import Accessed
from engine.store.sql.worklist import SqlWorklist
from tests.support.office import FOUNDED, make_office
from web.app import create_app
from web.desk import Desk
from web.guards.cookies import SESSION


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases in all, people at work, cases of each, and requests each sends."""

    cases: int
    people: int
    each: int
    requests: int


WHOLE, SMALL = Size(100_000, 50, 27, 12), Size(60, 2, 5, 2)
_LEADER, _AGENCY = "sok_phalla", "social_north"
_AIM = "at most 4"


def figures(size: Size = WHOLE) -> Iterator[Figure]:
    """Yield the worklist, a case, and a logged call, each as the 95th percentile over that of the floor."""
    with tempfile.TemporaryDirectory() as room, _office(Path(room), size) as (office, of_worker, tokens):
        pages = {name: _of(name) for name in ("work", "case", "contact")}
        ours, floor = create_app(office), _bare(office)
        for name, path in pages.items():
            times: dict[str, list[float]] = {"ours": [], "floor": []}
            for _ in range(2):
                for who, app in (("ours", ours), ("floor", floor)):
                    times[who] += _asked(app, path, of_worker, tokens, size)
            above, below = (_p95(times[who]) for who in ("ours", "floor"))
            yield Figure(f"{size.people} people, {size.cases:,} cases: {name} (p95)", "bare Starlette, same queries",
                         above, below, above / below, _AIM)  # fmt: skip


def _of(name: str) -> Callable[[str], tuple[str, str, str]]:
    """Return what makes verb, address and form of a request about a case."""
    if name == "work":
        return lambda _: ("GET", "/work", "")
    if name == "case":
        return lambda code: ("GET", f"/case/{code}", "")
    return lambda code: ("POST", f"/case/{code}/contact", "outcome=no_answer")


@contextmanager
def _office(room: Path, size: Size) -> Iterator[tuple[Office, dict[str, list[str]], dict[str, str]]]:
    """Give an office full of cases, the cases of each worker, and a session of each."""
    office = make_office(room / "office")
    desk = Desk(office)
    code = desk.casework.open(_LEADER, Opening("reintegration", {})).id
    workers = [f"worker_{number}" for number in range(size.people)]
    now = office.time.now()
    office.people.change(
        [SetUser(by="bench", id=one, name=one, agency=_AGENCY) for one in workers]
        + [AddMembership(by="bench", user=one, role=CASE_MANAGER, agency=_AGENCY) for one in workers],
        now,
    )
    office.close()
    path = room / "office" / "data" / "spean.db"
    original, every = take(path, code), iter(codes(size.cases))
    of_worker = {one: [next(every) for _ in range(size.each)] for one in workers}
    for one, some in of_worker.items():
        fill(path, _led_by(original, one), some)
    fill(path, _led_by(original, "somebody_else"), list(every))
    opened = open_office(str(room / "office"), {}, FixedTime(FOUNDED))
    entrance = Desk(opened).entrance
    tokens = {one: f"session of {one}" for one in workers}
    for one, token in tokens.items():
        entrance.sessions.begin(token, one, entrance.time.now(), whole=True)
    try:
        yield opened, of_worker, tokens
    finally:
        opened.close()


def _led_by(original: Original, user: str) -> Original:
    """Return the original as if somebody else had opened it."""

    def theirs(part: Any) -> Any:
        return part.replace(_LEADER, user) if isinstance(part, str) else part

    beside = {
        table: (insert, [tuple(map(theirs, row)) for row in rows])
        for table, (insert, rows) in original.beside.items()
    }
    bodies = tuple(map(theirs, original.bodies))
    return replace(original, case=tuple(map(theirs, original.case)), bodies=bodies, beside=beside)


def _bare(office: Office) -> Starlette:
    """Return the floor."""
    index, desk = SqlWorklist(office.database), Desk(office)

    def note(user: str) -> None:
        office.access.write([Accessed(at=office.time.now(), by=user, what="list", detail="27 cases")])

    def work(user: str) -> int:
        now, directory = office.time.now(), office.people.now()
        found = index.due(reach_of(directory, user, now), desk_until(), MOST + 1)
        waits = index.asked(f"user:{user}", MOST)
        office.cases.several(list(dict.fromkeys([*(one.case for one in found), *waits])))
        note(user)
        return 40_000

    def desk_until() -> Any:
        from web.routes.work import _AHEAD

        return office.time.now() + _AHEAD

    def case(user: str, code: str) -> int:
        office.people.now()
        office.cases.case(code)
        note(user)
        return 30_000

    def contact(user: str, code: str) -> int:
        from engine.core.case.commands import Actor, Note

        desk.casework.do(user, code, Note(actor=Actor(), text="Nobody answered"))
        return case(user, code)

    async def answer(request: Request) -> Response:
        token = request.cookies.get(SESSION, "")
        session = await run_in_threadpool(desk.entrance.who, token)
        user, code = session.user if session is not None else "", request.path_params.get("code", "")
        asked: Callable[..., int] = work if not code else contact if request.method == "POST" else case
        size = await run_in_threadpool(asked, *([user, code] if code else [user]))
        return HTMLResponse("x" * size)

    return Starlette(
        routes=[
            Route("/work", answer),
            Route("/case/{code}", answer),
            Route("/case/{code}/contact", answer, methods=["POST"]),
        ]
    )


def _asked(
    app: Any, of: Callable[[str], tuple[str, str, str]], of_worker: dict[str, list[str]], tokens: dict[str, str],
    size: Size,
) -> list[float]:  # fmt: skip
    """Return how long each answer took, in seconds: everybody asks at once, from another process."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    lines = []
    for user, token in tokens.items():
        asks = [of(of_worker[user][at % size.each]) for at in range(size.requests)]
        lines.append(repr((token, asks)))
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages", str(port)], input="\n".join(lines), text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    server.should_exit = True
    thread.join()
    return [float(line) for line in made.stdout.split()]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _ask(port: int, token: str, asks: list[tuple[str, str, str]], found: list[float]) -> None:
    """Send the requests of one person over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Cookie": f"{SESSION}={token}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    for verb, path, body in asks:
        begin = time.perf_counter()
        connection.request(verb, path, body or None, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{verb} {path}: {answer.status}")
        found.append(time.perf_counter() - begin)
    connection.close()


def main(port: int) -> None:
    """Be everybody: one thread for each line of the standard input."""
    import ast

    found: list[float] = []
    people = [ast.literal_eval(line) for line in sys.stdin.read().splitlines()]
    threads = [threading.Thread(target=_ask, args=(port, token, asks, found)) for token, asks in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if len(found) != sum(len(asks) for _, asks in people):
        raise SystemExit("somebody got no answer")
    print("\n".join(map(repr, found)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
