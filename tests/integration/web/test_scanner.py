"""Documents pass a virus scanner where the office has one: a server that speaks clamd's INSTREAM, on this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from engine.run.cases.scanner import InfectedError, Scanner, ScannerError
from engine.run.setup.settings import OfficeSettings
from tests.integration.web.test_documents import PDF, attach
from tests.support.pages import Pages

#: What the scanner of the tests takes for a virus.
BAD = b"an invented virus"


class Clamd(socketserver.StreamRequestHandler):
    """Reads a stream as clamd does, and says what it thinks of it."""

    def handle(self) -> None:
        """Answer one command."""
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        answers = {True: b"stream: Invented.Virus FOUND\0", False: b"stream: OK\0"}
        broken = b"INSTREAM size limit exceeded. ERROR\0"
        self.wfile.write(broken if b"too much" in content else answers[BAD in content])


@pytest.fixture
def clamd() -> Iterator[str]:
    """Return the address of a scanner."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def with_scanner(pages: Pages, address: str) -> None:
    """Let the office have a scanner."""
    settings = pages.office.settings
    office = replace(settings.office, scanner=address)
    pages.desk.office = replace(pages.office, settings=replace(settings, office=office))
    vars(pages.desk).pop("documents", None)


def test_what_the_scanner_refuses_is_not_taken(pages: Pages, worker: TestClient, clamd: str) -> None:
    """A clean one is; the refusal says what to do, and nothing of the file."""
    with_scanner(pages, clamd)
    assert attach(worker, pages, PDF + BAD) == 422
    assert "letter" not in pages.office.cases.case(pages.code).enrolments["care"].facts
    assert attach(worker, pages, PDF) == 303


def test_without_an_answer_nothing_is_taken(pages: Pages, worker: TestClient) -> None:
    """A scanner that is down opens no gap."""
    with_scanner(pages, "127.0.0.1:9")
    assert attach(worker, pages, PDF) == 503
    assert "letter" not in pages.office.cases.case(pages.code).enrolments["care"].facts


@pytest.mark.parametrize(
    ("content", "error"), [(BAD, InfectedError), (b"too much", ScannerError), (b"x" * 300_000 + BAD, InfectedError)]
)
def test_a_scanner_is_understood(clamd: str, content: bytes, error: type[Exception]) -> None:
    """What it found, that it failed, and what lies behind the first piece."""
    with pytest.raises(error):
        Scanner(clamd).check(content)


def test_an_office_without_a_scanner_takes_documents() -> None:
    """That is how it begins; the page of security says so."""
    assert OfficeSettings().scanner == ""
    Scanner("").check(BAD)
