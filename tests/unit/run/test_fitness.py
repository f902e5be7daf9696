"""Which protocols may run on real people: adopted ones, from their day on (28, 30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.core.case.reasons import Refused, Why
from engine.core.model import Unadopted
from engine.run.cases.fitness import refuse_unfit
from tests.builders.protocols import final, protocol, step, track

#: 2 March 2026, 10:00 in Phnom Penh: still 1 March in New York.
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
ADOPTED = replace(
    protocol(track("main", step("one"), final())), status="adopted", adopted_by="an authority", zone="Asia/Phnom_Penh"
)


def test_a_draft_runs_on_invented_people_only() -> None:
    """A protocol nobody has adopted is refused, but in a simulation."""
    draft = replace(ADOPTED, status="draft")
    with pytest.raises(Refused) as refused:
        refuse_unfit(draft, NOW, simulation=False)
    assert [one.why for one in refused.value.reasons] == [Why.DRAFT]
    refuse_unfit(draft, NOW, simulation=True)


def test_a_part_nobody_has_adopted_runs_on_invented_people_only() -> None:
    """The refusal names each part and the authority it waits for; once they are adopted nothing is left to refuse."""
    parts = (Unadopted("lanes/care.yaml", {"en": "A clinician", "km": "គ្រូពេទ្យ"}), Unadopted("lanes/law.yaml"))
    found = replace(ADOPTED, unadopted=parts)
    with pytest.raises(Refused) as refused:
        refuse_unfit(found, NOW, simulation=False)
    assert [(one.why, one.subject, one.detail) for one in refused.value.reasons] == [
        (Why.PART_NOT_ADOPTED, "lanes/care.yaml", "A clinician"),
        (Why.PART_NOT_ADOPTED, "lanes/law.yaml", "its authority"),
    ]
    refuse_unfit(found, NOW, simulation=True)


@pytest.mark.parametrize(("day", "zone", "fits"), [
    (None, "Asia/Phnom_Penh", True),
    (date(2026, 3, 2), "Asia/Phnom_Penh", True),
    (date(2026, 3, 3), "Asia/Phnom_Penh", False),
    (date(2026, 3, 2), "America/New_York", False),
])  # fmt: skip
def test_a_protocol_runs_from_its_commencement_on(day: date | None, zone: str, fits: bool) -> None:
    """The local date of the protocol's zone counts; without a day it is in force at once."""
    found = replace(ADOPTED, in_force=day, zone=zone)
    if fits:
        refuse_unfit(found, NOW, simulation=False)
        return
    with pytest.raises(Refused) as refused:
        refuse_unfit(found, NOW, simulation=False)
    assert [one.why for one in refused.value.reasons] == [Why.NOT_IN_FORCE]
