"""An office in which somebody has every role, and cases in which most of them take part: for the access matrix."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from engine.core.case.commands import Act, Actor, AskApproval
from engine.core.people.commands import AddMembership, SetUser, VerifyAddress
from engine.run.cases.casework import Opening
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from tests.support.office import FOUNDED, ROOT, make_office, small_protocols
from tests.support.pages import Pages
from web.desk import Desk
from web.guards.cookies import SESSION

#: Everybody of the matrix, in the order of its letters: what she is, and her id.
PEOPLE = {
    "leads the case": "sok_phalla",
    "caseworker beside her": "moul_sela",
    "caseworker elsewhere": "kim_bunna",
    "provincial focal": "sim_thida",
    "nurse": "var_sokunthy",
    "shelter manager": "prak_sophy",
    "lawyer": "it_romdoh",
    "intake officer": "noun_rachana",
    "police": "suon_piseth",
    "commune": "chan_vuthy",
    "counsellor": "amara_osei",
    "data protection officer": "sar_monika",
    "statistics officer": "khun_dara",
    "administrator": "meas_kolap",
    "supervisor": "ouk_malis",
    "supervisor elsewhere": "nuon_sreymom",
    "national coordinator": "tep_rumduol",
}
#: Whom the lists of the examples lack: id, name, agency, role, whether everywhere.
_MORE = (
    ("sim_thida", "Sim Thida", "women_north", "provincial_focal", False),
    ("moul_sela", "Moul Sela", "social_north", "case_manager", False),
    ("noun_rachana", "Noun Rachana", "social_north", "intake_officer", False),
    ("chan_vuthy", "Chan Vuthy", "social_north", "commune_focal", False),
    ("sar_monika", "Sar Monika", "social_national", "data_protection_officer", True),
    ("khun_dara", "Khun Dara", "social_national", "statistics_officer", True),
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"
#: Who has a role in no case of the north, so that any of them is somebody else's; the others: none of the river.
ELSEWHERE = ("caseworker elsewhere", "supervisor elsewhere")


@dataclass(frozen=True, slots=True)
class Ring:
    """The office on its disk, and its cases: one of her own for each, those of others, and an operation."""

    folder: Path
    own: Mapping[str, str]
    north: str
    river: str
    night: str
    #: The document of each case, and two cases that share a mark, as the reviewer's form sends them.
    documents: Mapping[str, str]
    pair: str

    def code(self, who: str, path: str) -> str:
        """Return the case in which somebody tries a route: her own one, where her role can have one."""
        return self.night if path.endswith("/people") else self.own[who]

    def other(self, who: str) -> str:
        """Return a case that is certainly somebody else's."""
        return self.north if who in ELSEWHERE else self.river


def found_ring(room: Path) -> Ring:
    """Make the office and its cases."""
    protocols = small_protocols(room / "protocols")
    for name in ("care.yaml", "night.yaml", "arrival.yaml", "ring.yaml"):
        shutil.copyfile(ROOT / "tests" / "fixtures" / "office" / name, protocols / name)
    office = make_office(room / "office", protocols)
    for id_, name, agency, role, everywhere in _MORE:
        address = f"{id_}@example.org"
        user = SetUser(by="t", id=id_, name=name, agency=agency, email=address)
        vouched = VerifyAddress(by="init", user=id_, address=address)
        place = "" if everywhere else "social_north"
        given = AddMembership(by="t", user=id_, role=role, agency=place, everywhere=everywhere)
        office.people.change([user, vouched, given], office.time.now())
    desk = Desk(office)
    own = {who: own_case(desk) for who in PEOPLE}
    north, river = (
        desk.casework.open(leader, Opening("care", {"who": "Neang Zq8"})).id for leader in ("sok_phalla", "lay_dalin")
    )
    night = desk.casework.open("sok_phalla", Opening("night", {})).id
    documents = {}
    for code in own.values():
        desk.documents.keep("sok_phalla", code, "ring", "letter", PDF)
        run = desk.office.cases.case(code).enrolments["ring"]
        documents[code] = next(str(one.value) for one in run.facts.values() if str(one.value).startswith("document:"))
    for code in (north, own["leads the case"]):
        desk.marks.note("sok_phalla", code, {"telephone": "012 345 678"})
    (like,) = desk.likenesses.waiting("sar_monika")
    office.close()
    short = {code: one.partition(":")[2] for code, one in documents.items()}
    return Ring(room / "office", own, north, river, night, short, f"{like.first} {like.second}")


def copied(founded: Path, folder: Path, *, days: int = 5) -> Office:
    """Return a copy of an office, some days after it was founded."""
    shutil.copytree(founded, folder)
    return open_office(str(folder), {}, FixedTime(FOUNDED + timedelta(days=days)))


def enter(pages: Pages, user: str) -> TestClient:
    """Return a browser in which somebody is in, with no password asked: what comes after is the matter here."""
    token = secrets.token_urlsafe(24)
    pages.entrance.sessions.begin(token, user, pages.entrance.time.now(), whole=True)
    browser = pages.browser()
    browser.cookies.set(SESSION, token)
    return browser


def own_case(desk: Desk) -> str:
    """Open a case with a step to take back, and an approval that is asked for; return its code."""
    leader = "sok_phalla"
    code = desk.casework.open(leader, Opening("ring", {"who": "Neang Zq7"})).id
    common = {"actor": Actor(), "enrolment": "ring", "track": "ring"}
    desk.casework.do(leader, code, Act(**common, action="talked"))  # type: ignore[arg-type]
    asked = AskApproval(**common, action="moved", facts={"reached_at": "at her aunt's"})  # type: ignore[arg-type]
    desk.casework.do(leader, code, asked)
    return code
