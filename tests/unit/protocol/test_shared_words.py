"""The protocols of one case speak one language: a word that two of them use means the same in both."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from engine.core.model import Field, Protocol
from tests.builders.lives import shipped

#: Protocols that may run in the same case.
OF_PERSONS = [one for one in shipped()[0] if one.about == "person"]
PAIRS = list(combinations(OF_PERSONS, 2))


def meaning(field: Field) -> Field:
    """Return a field without its words and the rows it comes from."""
    return replace(field, label={}, ref=())


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda protocol: protocol.id)
def test_a_field_is_one_field_in_every_protocol_of_a_case(one: Protocol, other: Protocol) -> None:
    """A fact is kept once for the whole case; two definitions of one id would read each other's answers wrongly."""
    shared = sorted(one.fields.keys() & other.fields.keys())
    assert shared
    different = [id_ for id_ in shared if meaning(one.fields[id_]) != meaning(other.fields[id_])]
    assert different == []
