"""The command line: thin commands over the use cases of engine.run. Everything heavy is imported by the command.

Exit codes: 0 done, 1 bad input, 2 the command was mistyped, 130 stopped with Ctrl-C. With ``--format json`` one JSON
document stands on standard output and nothing else, also after a mistake; progress and errors go to standard error.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import pairwise

#: The exit code of a mistyped command.
USAGE = 2


def main() -> None:
    """Run the command that was typed and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal that cannot show Khmer shows its code points
            reconfigure(errors="backslashreplace")
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after the command itself, which answers it as well
        code = 130
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code; a mistake of ours is told without a traceback unless asked for."""
    try:
        from engine.run.cli.app import app
        from engine.run.cli.given import check_arguments

        check_arguments(arguments)
        app(args=arguments, prog_name="spean")
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
        if code == USAGE and _wants_json(arguments):
            _answer_json("The command was mistyped; standard error says where.")
        return _flushed(code)
    except Exception as error:  # noqa: BLE001, RUF100 - the last place where a mistake can become a sentence
        return _fail(error, arguments)
    return _flushed(0)


def _fail(error: Exception, arguments: list[str]) -> int:
    from engine.core.errors import SpeanError

    if _wants_trace(arguments):
        raise error
    message = str(error) if isinstance(error, SpeanError) else _of_the_system(error) or _bug(error)
    if _wants_json(arguments):
        _answer_json(message)
    from engine.run.cli.output import show

    print(f"spean: {show(message)}", file=sys.stderr)  # noqa: T201
    return _flushed(1)


def _answer_json(message: str) -> None:
    import json

    with suppress(OSError):  # a full disk; the sentence stands on standard error
        print(json.dumps({"error": message}))  # noqa: T201


def _of_the_system(error: Exception) -> str:
    """Say what a disk or a pipe answered, in its words; nothing for other mistakes."""
    if not isinstance(error, OSError) or not error.strerror:
        return ""
    what = error.filename if isinstance(error.filename, str) else "the answer or a temporary file"
    return f"{what}: it cannot be read or written ({error.strerror.lower()}); free some space or use another place."


def _bug(error: Exception) -> str:
    """Say that this is our mistake; the error's own text is left out, it may be about a person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119
    return (
        f"this is a mistake in Spean, not in your files ({type(error).__name__} at {place})."
        " Please report it with the command you typed; `--debug` in front of the command shows the details."
    )


def _wants_trace(arguments: list[str]) -> bool:
    return "--debug" in arguments or bool(os.environ.get("SPEAN_DEBUG"))


def _wants_json(arguments: list[str]) -> bool:
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _flushed(code: int) -> int:
    """Write what is left; a reader that went away (``spean check | head``) is no error worth a message."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the flush at the very end, too, succeeds
        if not isinstance(error, BrokenPipeError) and code == 0:
            print(f"spean: {_of_the_system(error)}", file=sys.stderr)  # noqa: T201
            return 1
    return code
