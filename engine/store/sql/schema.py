"""The schema of a database: made and changed by migrations, checked before anything else is read."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from engine.store.ports import SchemaError
from engine.store.sql.database import Database

#: The newest migration; each names the one before it. A test holds it against the folder.
HEAD = "0005"
_TABLE = "alembic_version"
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def version_of(database: Database) -> str:
    """Return the migration a database stands at; the empty text for one without any table of ours."""
    with database.read() as connection:
        return _version(connection)


def check(database: Database) -> None:
    """Refuse a database that this version of Spean cannot work with. Raises SchemaError."""
    if check_upgradable(database) < HEAD:
        found, where = version_of(database), _where(database)
        raise SchemaError(
            f"{where}: an older Spean made this database (schema {found}, this one needs {HEAD});"
            " make a backup, then run `spean upgrade`."
        )


def check_upgradable(database: Database) -> str:
    """Return the migration a database stands at. Raises SchemaError where it is none of ours, or newer."""
    found, where = version_of(database), _where(database)
    if not found:
        raise SchemaError(f"{where}: this is no database of Spean; `spean init` makes one in a new folder.")
    if found > HEAD:
        raise SchemaError(
            f"{where}: a newer Spean made this database (schema {found}, this one knows {HEAD});"
            " use that version, nothing was changed."
        )
    return found


def _where(database: Database) -> object:
    return database.path or database.url.render_as_string()


def upgrade(database: Database, target: str = "head") -> None:
    """Make the schema, or bring it up to date, in one transaction: wholly or not at all. Raises SchemaError."""
    from alembic import command  # noqa: PLC0415 - 200 ms that only this needs
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with database.write() as connection, warnings.catch_warnings():
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, target)
        except CommandError as error:
            raise SchemaError(
                f"{database.path}: this version of Spean knows no way from schema {_version(connection)!r} to {HEAD};"
                " use the version that made this database, nothing was changed."
            ) from error


def _version(connection: Connection) -> str:
    try:
        if not inspect(connection).has_table(_TABLE):
            return ""
        return str(connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}").scalar() or "")  # noqa: S608 - a constant
    except (DBAPIError, sqlite3.DatabaseError):
        raise
