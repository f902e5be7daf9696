"""The sink keeps what a real client sends: every byte, every mail, beside those of earlier runs."""

from __future__ import annotations

import errno
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from notifiers.file import Folder
from notifiers.letter import build
from notifiers.mail import Mail, Result
from notifiers.sink import HOST, Sink, main
from notifiers.smtp import Server, Smtp
from tests.builders.mails import mail


@contextmanager
def running(folder: Path) -> Iterator[Sink]:
    """Yield a sink that listens."""
    sink = Sink(folder)
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()
        sink.stop()


def send(port: int, *mails: Mail) -> list[Result]:
    """Send mails with the real notifier."""
    notifier = Smtp(Server(HOST, port, "none"))
    results = [one.result for one in notifier.send(mails)]
    notifier.close()
    return results


def kept(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_kept_bytes_are_what_was_sent(tmp_path: Path) -> None:
    """Each mail is a file with the very bytes that were sent, in order; the folder is made."""
    two = [mail(), mail(message_id="2@b", subject="រំលឹក", text=".\r\n..\nx" * 500)]
    with running(tmp_path / "mail") as sink:
        assert send(sink.port, *two) == [Result.SENT] * 2
        assert sink.count == 2
    assert kept(tmp_path / "mail") == {"00001.eml": build(two[0]), "00002.eml": build(two[1])}


def test_lines_of_dots_are_kept(tmp_path: Path) -> None:
    """What another client sends is kept as it is, lines that begin with dots too."""
    data = b"From: a@b.org\r\nTo: c@d.org\r\n\r\n.\r\n..a\r\n\xe1\x9e\x80\r\n"
    with running(tmp_path) as sink, smtplib.SMTP(HOST, sink.port, "localhost") as client:
        client.sendmail("a@b.org", ["c@d.org"], data)
    assert kept(tmp_path) == {"00001.eml": data}


def test_restart_overwrites_nothing(tmp_path: Path) -> None:
    """A new sink on the same folder goes on behind the last number, whatever else lies there."""
    for name in ("00001.eml", "00007.eml", "a.eml", "00009.txt"):
        (tmp_path / name).write_bytes(b"earlier")
    for number in (8, 9):
        with running(tmp_path) as sink:
            send(sink.port, mail(message_id=f"{number}@b"))
    assert kept(tmp_path) == {
        "00001.eml": b"earlier",
        "00007.eml": b"earlier",
        "00008.eml": build(mail(message_id="8@b")),
        "00009.eml": build(mail(message_id="9@b")),
        "00009.txt": b"earlier",
        "a.eml": b"earlier",
    }


def test_two_sinks_share_a_folder(tmp_path: Path) -> None:
    """Two sinks on one folder, with many senders at once, keep every mail in a file of its own."""
    with running(tmp_path) as one, running(tmp_path) as other:
        threads = [
            Thread(target=send, args=(port, *(mail(message_id=f"{at}.{turn}@b") for at in range(10))))
            for turn, port in enumerate((one.port, other.port) * 2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    expected = [build(mail(message_id=f"{at}.{turn}@b")) for at in range(10) for turn in range(4)]
    assert sorted(kept(tmp_path).values()) == sorted(expected)


def test_mail_that_cannot_be_kept_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk the sender hears that the mail waits, no path is told, and no file stays; later it is kept."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with running(tmp_path) as sink:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            assert send(sink.port, mail()) == [Result.TEMPORARY]
            assert kept(tmp_path) == {}
        assert send(sink.port, mail()) == [Result.SENT]
    assert list(kept(tmp_path).values()) == [build(mail())]


def test_sink_and_folder_keep_the_same(tmp_path: Path) -> None:
    """A mail is the same whether it goes over the wire or into a folder."""
    with running(tmp_path / "sink") as sink:
        send(sink.port, mail())
    list(Folder(tmp_path / "file").send([mail()]))
    assert list(kept(tmp_path / "sink").values()) == list(kept(tmp_path / "file").values())


def test_command_runs_until_it_is_ended(tmp_path: Path) -> None:
    """``python -m notifiers.sink`` says where it listens, keeps mails, and ends in order on Ctrl-C."""
    command = [sys.executable, "-m", "notifiers.sink", "--port", "0", "--folder", "post"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = re.fullmatch(r"Mail to 127\.0\.0\.1:(\d+) is kept in post\. Ctrl-C ends it\.\n", line)
        assert port is not None
        assert send(int(port[1]), mail()) == [Result.SENT]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert kept(tmp_path / "post") == {"00001.eml": build(mail())}


def test_command_ends_in_order_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C nobody listens any more."""
    ports: list[int] = []

    class _Interrupted:
        def wait(self) -> None:
            ports.append(0)
            raise KeyboardInterrupt

    monkeypatch.setattr("notifiers.sink.Event", _Interrupted)
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    main(["--port", str(port), "--folder", str(tmp_path)])
    assert ports == [0]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port))


def test_taken_port_is_told(tmp_path: Path) -> None:
    """A port that somebody has is told in one sentence."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"over port {port}: address already in use\.$"):
            main(["--port", str(port), "--folder", str(tmp_path)])


def test_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """A folder that cannot be made is told in one sentence."""
    (tmp_path / "mail").write_text("")
    with pytest.raises(SystemExit, match=r"No mail can be kept in .*mail over port 0: file exists\.$"):
        main(["--port", "0", "--folder", str(tmp_path / "mail")])


@pytest.mark.parametrize("port", ["65536", "-1", "x", "២៥", "99999999999999999999"])
def test_port_is_a_number(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is none is told before anything begins."""
    with pytest.raises(SystemExit):
        main([f"--port={port}"])
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err
