"""``spean supervisor``: what its commands do."""

from __future__ import annotations

from engine.core.people.commands import EndSupervision, SetSupervisor
from engine.run.cli.people.answer import say_change
from engine.run.cli.people.asking import keeping


def set_supervisor(office: str, user: str, user_id: str, supervisor: str, until: str, *, as_json: bool) -> None:
    """Name somebody's supervisor."""
    with keeping(office, user) as asking:
        end = asking.instant(until)
        change = asking.change(
            lambda desk: [SetSupervisor(by=desk.by, user=user_id, supervisor=supervisor, until=end)]
        )
        made = change.after.supervisions[user_id]
        document = {"user": user_id, "supervisor": supervisor, "until": made.until and made.until.isoformat()}
        say_change(change, "supervision", document, f"{supervisor} supervises {user_id}.", as_json=as_json)


def end_supervision(office: str, user: str, user_id: str, *, as_json: bool) -> None:
    """Leave somebody without a supervisor."""
    with keeping(office, user) as asking:
        change = asking.change(lambda desk: [EndSupervision(by=desk.by, user=user_id)])
        told = f"Nobody is named as supervisor of {user_id}; it is everybody with the role supervisor there."
        document = {"user": user_id, "supervisor": "", "until": None}
        say_change(change, "supervision", document, told, as_json=as_json)
