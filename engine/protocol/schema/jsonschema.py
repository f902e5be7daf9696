"""The JSON Schemas for editors, one for each kind of file: made from the one table of keys (draft 7, nothing newer).

``python -m engine.protocol.schema.jsonschema KIND`` writes one anew; tests keep them fresh. They help while typing,
with completion, hover and snippets as the YAML server of Red Hat reads them; what counts is `spean check`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from engine.protocol.schema.keys import CALENDAR, INCLUDED, PROTOCOL
from engine.protocol.schema.scenario import SCENARIO
from engine.protocol.schema.shapes import Described
from engine.protocol.schema.tables import Record

#: The kinds of files; the schema of each is KIND.schema.json in the folder of the protocols.
FILES: Mapping[str, Record] = {
    "protocol": PROTOCOL,
    "included": INCLUDED,
    "calendar": CALENDAR,
    "scenario": SCENARIO,
}


def describe(kind: str) -> Described:
    """Return the schema of one kind of file."""
    shared: dict[str, Described] = {}
    reference = FILES[kind].describe(shared)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Made from engine/protocol/schema/keys.py; do not edit.",
        "allOf": [reference],  # draft 7 ignores everything beside a $ref
        "definitions": {name: shared[name] for name in sorted(shared)},
    }


def render(kind: str) -> str:
    """Return the schema of one kind of file as text, always the same for the same table."""
    return json.dumps(describe(kind), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(render(sys.argv[1]).encode())  # UTF-8 and plain line ends on every system
