"""An office with a case and a lane that names its readers, and a program outside that is told what happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.core.case.commands import Act, Actor, AnyCommand
from engine.core.case.state import Case
from engine.core.values import Value
from engine.run.cases.casework import Casework, Opening
from engine.run.setup.clock import FixedTime
from engine.run.setup.office import Office, open_office
from engine.run.ticks.bootstrap import worker_of
from engine.run.ticks.worker import TickReport
from engine.run.webhooks.office import register_of
from engine.store.sql.calls import SqlCalls
from engine.store.webhooks import Call, NewsKind, Webhook
from tests.support.office import FOUNDED, ROOT, at, make_office, small_protocols
from tests.support.receiver import Receiver

LINK = "https://spean.example.org"
MANAGER, CHIEF, OTHER = "sok_phalla", "ouk_malis", "kim_bunna"
NOBODY = Actor()
#: A complaint of which only two roles may know, opened by an answer; it has a step, a limit and an end of its own.
SEALED = """
  complaint:
    title: {en: Complaint, km: បណ្តឹង}
    seen_by: [complaints_officer, external_protection, case_manager]
    opens_when: complained is yes
    first_step: heard
    steps:
      heard:
        title: {en: Heard, km: បានស្តាប់}
        outside_label: {en: Task to plan, km: កិច្ចការត្រូវរៀបផែនការ}
        deadlines: {heard: {limit: agree_on_a_day, escalation: safety}}
        actions:
          answered: {title: {en: Answered, km: បានឆ្លើយ}, goes_to: over}
      over: {title: {en: Over, km: ចប់}, outside_label: {en: Completed, km: បានបញ្ចប់}, final: over}
"""
FIELDS = """fields:
  complained: {label: {en: "Complained?", km: "បានប្តឹង?"}, type: yes/no/unknown, per: enrolment}
"""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office with the small protocols, one of them with a complaint in it."""
    room = tmp_path_factory.mktemp("webhooks")
    protocols = small_protocols(room / "protocols")
    care = (ROOT / "tests" / "fixtures" / "office" / "care.yaml").read_text(encoding="utf-8")
    care = care.replace("fields: {letter:", f"{FIELDS}  letter:").replace(
        "type: document, per: enrolment}}", "type: document, per: enrolment}"
    )
    care = care.replace("collect: [reached_at, letter]", "collect: [reached_at, letter, complained]")
    (protocols / "care.yaml").write_text(care.rstrip("\n") + SEALED, encoding="utf-8")
    make_office(room / "office", protocols).close()
    settings = room / "office" / "spean.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('link = ""', f'link = "{LINK}"'), encoding="utf-8")
    return room / "office"


@dataclass
class Desk:
    """An office at an instant, with what people and programs do in it."""

    office: Office

    @property
    def now(self) -> datetime:
        """The present instant (UTC)."""
        return self.office.time.now()

    def later(self, delta: timedelta) -> Desk:
        """Return the same office after a while; the one before is closed."""
        self.office = at(self.office, self.now + delta)
        return self

    def work(self) -> Casework:
        """Return the use cases."""
        one = self.office
        return Casework(one.cases, one.people, one.registry, one.access, one.time, simulation=True)

    def open(self, user: str = MANAGER, protocol: str = "care") -> str:
        """Open a case."""
        return self.work().open(user, Opening(protocol, {"who": "Neang Zq7"})).id

    def act(self, case: str, action: str, track: str = "care", **facts: Value) -> Case:
        """Let the manager take an action."""
        made = Act(actor=NOBODY, enrolment="care", track=track, action=action, facts=facts)
        return self.do(case, made)

    def do(self, case: str, command: AnyCommand, user: str = MANAGER) -> Case:
        """Carry out a command."""
        return self.work().do(user, case, command)

    def hook(
        self, url: str, owner: str = MANAGER, kinds: tuple[NewsKind, ...] = tuple(NewsKind)
    ) -> tuple[Webhook, str]:
        """Register a webhook; return it with its secret."""
        register = register_of(self.office)
        return register.add(url, owner, kinds, by="init", directory=self.office.people.now(), now=self.now)

    def tick(self, now: datetime | None = None) -> TickReport:
        """Let the worker look once, and wait for the calls on their way."""
        with closing(worker_of(self.office, checkpoints=False)) as worker:
            report = worker.tick(now or self.now)
            worker.settle(report)
        return report

    def calls(self) -> list[Call]:
        """Return every call, in order."""
        return list(reversed(SqlCalls(self.office.database).latest(None, 10_000)))


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return an office of its own."""
    shutil.copytree(founded, tmp_path / "office")
    made = Desk(open_office(str(tmp_path / "office"), {}, FixedTime(FOUNDED)))
    yield made
    made.office.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a program outside that takes everything."""
    with Receiver() as made:
        yield made
