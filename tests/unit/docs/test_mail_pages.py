"""What the pages say about mail is what the program does."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from engine.run.setup.settings import MailSettings, load_settings
from notifiers.composer import LANGUAGES, Composer, MailKind
from notifiers.template import LISTS, TEXTS
from tests.documents import ROOT, blocks, page, prose

PAGE = "docs/how-to/send-mail.md"


def rows(marker: str) -> dict[str, str]:
    """Return a table of the page behind a marker: what its first column names, with the last column."""
    text = page(PAGE).split(marker, maxsplit=1)[1].lstrip("\n").split("\n\n", maxsplit=1)[0]
    return dict(re.findall(r"^\| `(\w+)` \|.*?([^|]*) \|$", text, re.MULTILINE))


def test_page_names_every_setting_of_mail() -> None:
    """The table has each setting of ``[mail]`` with its default, in order, and no other."""
    found = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", page(PAGE), re.MULTILINE)
    defaults = [(one.name, one.default) for one in fields(MailSettings)]
    assert [(name, tomllib.loads(f"x = {shown}")["x"]) for name, shown in found] == defaults


def test_settings_shown_are_taken(tmp_path: Path) -> None:
    """Each example of settings is read without a mistake."""
    shown = blocks(PAGE, "toml")
    assert len(shown) == 3
    for block in shown:
        (tmp_path / "spean.toml").write_text(block.text, encoding="utf-8")
        assert isinstance(load_settings(tmp_path, {}).mail, MailSettings)


def test_page_names_every_variable() -> None:
    """The table has each variable that a template may show, with what the items of a list have."""
    told = rows("<!-- variables -->")
    assert told.keys() == TEXTS | LISTS.keys()
    for name, known in LISTS.items():
        assert set(re.findall(r"`(\w+)`", told[name])) == known


def test_page_names_every_kind() -> None:
    """The table has each kind of mail, and no other."""
    assert rows("<!-- kinds -->").keys() == set(MailKind)


def test_template_shown_is_taken(tmp_path: Path) -> None:
    """The example of a template can be put in place."""
    (shown,) = blocks(PAGE, "text")
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        (tmp_path / language / "reminder.txt").write_text(shown.text, encoding="utf-8")
    words = Composer(tmp_path).compose(MailKind.REMINDER, "en", {"case_code": "A-1", "outside_label": "Task"})
    assert words.subject == "Reminder: Task - A-1"
    assert words.text.startswith("Please see to this")


def test_every_file_of_the_notifiers_is_in_the_picture() -> None:
    """The architecture page names every file of the notifiers, and none that is gone."""
    named = set(re.findall(r"`(notifiers/\w+\.py)`", prose("docs/architecture.md")))
    there = {f"notifiers/{path.name}" for path in (ROOT / "notifiers").glob("*.py") if path.name != "__init__.py"}
    assert named == there
