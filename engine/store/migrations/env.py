"""How alembic runs the migrations here: on the connection it is given, inside the transaction that is open on it."""

from __future__ import annotations

from alembic import context

from engine.store.points import passed
from engine.store.sql.tables import metadata


def _told(*_: object, **__: object) -> None:
    passed("migrate: between two steps")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    on_version_apply=_told,
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
