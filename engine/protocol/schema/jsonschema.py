"""The JSON Schema of a protocol file, for editors: made from the one table of keys (draft 7, nothing newer).

``python -m engine.protocol.schema.jsonschema > protocols/protocol.schema.json`` writes it anew; a test keeps
it fresh. It helps while typing; what counts is `spean check`.
"""

from __future__ import annotations

import json
import sys

from engine.protocol.schema.keys import PROTOCOL
from engine.protocol.schema.shapes import Described


def describe() -> Described:
    """Return the schema of a protocol file."""
    shared: dict[str, Described] = {}
    root = PROTOCOL.describe(shared)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A protocol of Spean",
        "description": "Made from engine/protocol/schema/keys.py; do not edit.",
        **root,
        "definitions": {name: shared[name] for name in sorted(shared)},
    }


def render() -> str:
    """Return the schema as text, always the same for the same table."""
    whole = describe()
    reference = whole.pop("$ref")
    whole["allOf"] = [{"$ref": reference}]  # draft 7 ignores everything beside a $ref
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
