"""``make serve``: an office of invented people that anybody can log in to; every kind of its pages is light."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.acceptance.test_serve import free_port
from web.demonstration import PASSWORD

#: The limits of a first visit and of each further page, in bytes as they are sent, heads and all.
FIRST, FURTHER = 100_000, 20_000
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b")
#: Of each kind so many are looked at, by each of these people.
MOST_OF_A_KIND = 3
PEOPLE = ("case manager", "supervisor", "administrator", "data protection officer")


class Visit:
    """A browser without scripts that takes packed pages, and weighs them."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.weight = port, dict[str, str](), 0

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[HTTPResponse, str]:
        """Return the answer and its text; ``form``: what is sent to it."""
        heads = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        heads["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            heads["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            body = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, body, heads)
            answer = connection.getresponse()
            sent = answer.read()
        for name, value in answer.getheaders():
            if name.casefold() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self.cookies[key] = content
        self.weight = len(sent) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        packed = answer.getheader("content-encoding") == "gzip"
        return answer, (gzip.decompress(sent) if packed else sent).decode(errors="replace")

    def log_in(self, user: str, language: str) -> None:
        """Log in as the page itself shows it; a code that was used in this half minute is waited out."""
        for _ in range(40):
            self.ask("/log-in", {"name": user, "password": PASSWORD, "next": "/work"})
            shown = re.search(r"\b(\d{6})\b", re.sub(r"<[^>]+>", " ", self.ask("/log-in/code")[1]))
            assert shown is not None
            if self.ask("/log-in/code", {"code": shown.group(1), "next": "/work"})[0].status == 303:
                self.ask("/language", {"language": language, "next": "/work"})
                return
            time.sleep(1)
        raise AssertionError(f"{user} never got in")

    def walk(self) -> dict[str, int]:
        """Follow the links; return the heaviest page of each kind."""
        found: dict[str, int] = {}
        waiting, known = ["/work"], {"/work"}
        while waiting:
            path = waiting.pop()
            answer, text = self.ask(path)
            if answer.status != 200 or not (answer.getheader("content-type") or "").startswith("text/html"):
                continue
            found[kind(path)] = max(found.get(kind(path), 0), self.weight)
            for link in re.findall(r'href="(/[^"#]*)', text):
                same = sum(kind(one) == kind(link) for one in known)
                if link not in known and not link.startswith("/static") and same < MOST_OF_A_KIND:
                    known.add(link)
                    waiting.append(link)
        return found


def kind(path: str) -> str:
    """Return an address without what differs between pages of one kind."""
    plain = CODE.sub("CODE", path.partition("?")[0])
    return re.sub(r"(/act|/open|/people|/message)/.+", r"\1/...", plain)


@pytest.mark.slow
def test_the_demonstration_is_served_and_its_pages_are_light(tmp_path: Path) -> None:
    """One command makes it; whoever it names gets in; no page of any kind weighs more than 20 kB; Ctrl-C ends it."""
    port, out = free_port(), tmp_path / "out.txt"
    words = ["-m", "engine.run.cli", "serve", "--demonstration", str(tmp_path / "office"), "--port", str(port)]
    with (
        out.open("w") as said,
        subprocess.Popen([sys.executable, *words], stdout=said, stderr=subprocess.STDOUT) as made,
    ):
        try:
            while "Ctrl-C ends it" not in out.read_text() or not answers(port):
                assert made.poll() is None, out.read_text()
                time.sleep(0.5)
            shown = dict(re.findall(r"^(\w+) +.*?  ([a-z][a-z ]+?) *$", out.read_text(), re.MULTILINE))
            by_role = {role: user for user, role in reversed(shown.items())}
            assert set(PEOPLE) <= set(by_role), shown
            heavy, kinds = dict[tuple[str, str], int](), set[str]()
            for number, role in enumerate(PEOPLE):
                for language in ("en", "km") if number < 2 else ("km",):
                    visit = Visit(port)
                    visit.log_in(by_role[role], language)
                    found = visit.walk()
                    kinds |= set(found)
                    heavy |= {(role, one): weight for one, weight in found.items() if weight > FURTHER}
            assert heavy == {}
            assert {"/work", "/stalled", "/case/CODE", "/case/CODE/timeline", "/open/...", "/statistics"} <= kinds
            assert first_visit(port) <= FIRST
            made.send_signal(signal.SIGINT)
            assert made.wait(60) == 0, out.read_text()
        finally:
            made.kill()
    mails = [one.read_bytes() for one in (tmp_path / "office" / "mail").rglob("*.eml")]
    assert mails
    assert not any(b"https://spean.example.org" in one for one in mails)


def answers(port: int) -> bool:
    """Return whether the server is there."""
    try:
        return Visit(port).ask("/healthz")[0].status == 200
    except ConnectionError:
        return False


def first_visit(port: int) -> int:
    """Return what the first page of a telephone weighs with all that it asks for, the Khmer font too."""
    visit = Visit(port)
    text = visit.ask("/log-in")[1]
    total = visit.weight
    for one in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
        more = visit.ask(one)[1]
        total += visit.weight
        for font in re.findall(r'url\("?([^")]+\.woff2[^")]*)"?\)', more):
            visit.ask(font if font.startswith("/") else f"/static/{font}")
            total += visit.weight
    return total
