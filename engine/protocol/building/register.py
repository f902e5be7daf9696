"""What a protocol and its included files declare together: tracks, fields, roles, limits, escalations and more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.core.model import Consent, Escalation, Field, FieldType, Limit, Per, Role, Rung, Text
from engine.protocol.building.limits import read_limit
from engine.protocol.building.rung_lists import read_rungs
from engine.protocol.reading.nodes import Scalar
from engine.protocol.schema.forms import Desk, Form, Trail
from engine.protocol.schema.references import find_all, find_key, parse, refuse_name
from engine.protocol.schema.refusals import check_id
from engine.protocol.sentences.durations import parse_duration

#: The role that is whoever records the step; it may be used without being declared.
OWNER = "owner"
_CODED = (FieldType.CHOICE, FieldType.CHOICES)
#: Codes in their order, each with what people read for it; an empty text where nothing stands.
Codes = dict[str, Text]


class Register:
    """The declared things by kind and id. Ids are known here even where their definition is wrong."""

    def __init__(self, forms: Iterable[Form], desk: Desk) -> None:
        """Merge and read the shared parts of the files; the protocol file comes first."""
        self.desk = desk
        self._forms = list(forms)
        #: The table of one file in which a thing is defined, by kind and id.
        self._homes: dict[tuple[str, str], Form] = {}
        self.letters: dict[str, Any] = self._merge("letters")
        self.exceptions: dict[str, Any] = self._merge("exceptions")
        self._words: dict[str, Text] = self._merge("words")
        self.role_names: dict[str, Any] = self._merge("roles")
        self.roles = {id_: _read_role(id_, form) for id_, form in self.role_names.items()}
        self._code_lists = self._read_code_lists()
        self.fields = {id_: self._read_field(id_, form) for id_, form in self._merge("fields").items()}
        self.consents = {id_: self._read_consent(id_, form) for id_, form in self._merge("consents").items()}
        self.roles_or_owner = {*self.role_names, OWNER}
        self.escalations = self._read_escalations()
        #: Tracks and rules as they are written: the protocol's own first, then those of its includes in their order.
        self.tracks: dict[str, Form] = self._merge("tracks")
        self.forbidden: dict[str, Form] = self._merge("forbidden")
        self.limit_names: dict[str, Any] = self._merge("limits")
        self._unread: dict[str, Form] = {}
        self.limits = self._read_limits()

    def _merge(self, kind: str) -> dict[str, Any]:
        """Return all things of a kind from all files; one id defined twice is reported with both places."""
        found: dict[str, Any] = {}
        defined: dict[str, Form] = {}
        for sheet in self._forms:
            part: Form | None = sheet.get(kind)
            if part is None:
                continue
            for id_, value in part.values.items():
                first = defined.get(id_.lower())
                if first is not None:
                    self._refuse_second(id_, first, part)
                    continue
                defined[id_.lower()] = self._homes[kind, id_] = part
                found[id_] = value
        return found

    def _refuse_second(self, id_: str, first: Form, second: Form) -> None:
        name = next(one for one in first.values if one.lower() == id_.lower())
        place = first.key_at(name)
        message = f"`{id_}` is defined here and already in {place.file}, line {place.line}."
        self.desk.report(
            "SP224", second.key_at(id_), second.way(id_), message, "Delete one of the two, or rename it."
        )

    def _read_code_lists(self) -> dict[str, Codes]:
        found = {}
        for id_, given in self._merge("code_lists").items():
            if isinstance(given, Form):
                found[id_] = self._read_codes(given.get("codes", ()), given.way("codes"))
            else:
                found[id_] = self._read_codes(given, self._homes["code_lists", id_].way(id_))
        return found

    def _read_codes(self, codes: Form | tuple[Scalar, ...], trail: Trail) -> Codes:
        """Return the codes of a list, or of a table of codes with their texts: an empty one where none stands."""
        if isinstance(codes, Form):
            given = [(entry.key, codes.way(name)) for name, entry in codes.node.entries.items()]
        else:
            given = [(code, trail) for code in codes]
        for code, way in given:
            check_id(code, way, self.desk)
        said = codes.values if isinstance(codes, Form) else {}
        return {code.text: said.get(code.text, {}) for code, _ in given}

    def _read_field(self, id_: str, form: Form) -> Field:
        kind = FieldType(form.get("type", FieldType.TEXT))
        codes = self._codes_of(kind, form)
        rises = tuple([one.text for one in form.get("rises", ()) if self._is_code(one, codes, form)])
        self._check_bounds(kind, form)
        return Field(
            id=id_,
            type=kind,
            label=form.get("label", {}),
            codes=tuple(codes),
            answers={code: said for code, text in codes.items() if (said := text or self._words.get(code))},
            code_list=form.get("code_list").text if form.get("code_list") else None,
            per=Per(form.get("per", Per.PERSON)),
            private=form.get("private", False),
            seen_by=find_all("role", form, "seen_by", self.role_names, self.desk),
            written_by=find_all("role", form, "written_by", self.role_names, self.desk),
            privileged=form.get("privileged", False),
            rises=rises,
            ref=texts(form, "ref"),
            lowest=form.get("lowest"),
            highest=form.get("highest"),
        )

    def _check_bounds(self, kind: FieldType, form: Form) -> None:
        """Report bounds of what is no number, and those between which no number lies."""
        given = next((key for key in ("lowest", "highest") if form.gives(key)), None)
        if given is None:
            return
        low, high = form.get("lowest"), form.get("highest")
        if kind is not FieldType.NUMBER and "type" in form.values:
            message = f"A {kind} field has no `{given}`; only numbers have bounds."
            hint = "Write `type: number`, or delete the bounds."
            self.desk.report("SP543", form.key_at(given), form.way(given), message, hint)
        elif low is not None and high is not None and low > high:
            message = f"No number is at least {low:f} and at most {high:f}."
            self.desk.report("SP543", form.at("lowest"), form.way("lowest"), message, "Exchange the two.")

    def _is_code(self, code: Scalar, codes: Codes, form: Form) -> bool:
        if code.text not in codes:
            refuse_name("code", code, codes, form.way("rises"), self.desk)
        return code.text in codes

    def _codes_of(self, kind: FieldType, form: Form) -> Codes:
        """Return the codes of a choice, which it has in exactly one way."""
        given = [key for key in ("codes", "code_list") if form.gives(key)]
        if kind not in _CODED:
            if given and "type" in form.values:
                hint = "Write `type: choice`, or delete the codes."
                message = f"A {kind} field has no codes."
                self.desk.report("SP528", form.key_at(given[0]), form.way(given[0]), message, hint)
            return {}
        if len(given) != 1:
            word = "both codes and a code list" if given else "no codes"
            place = form.key_at(given[1]) if given else form.place
            message = f"This {kind} field has {word}."
            self.desk.report("SP528", place, form.trail, message, "Write `codes: [one, two]` or `code_list: ID`.")
        if "codes" in form.values:
            return self._read_codes(form.get("codes"), form.way("codes"))
        name = find_key("code list", form, "code_list", self._code_lists, self.desk)
        return self._code_lists[name] if name else {}

    def _read_consent(self, id_: str, form: Form) -> Consent:
        expires = parse(parse_duration, form, "expires", self.desk)
        return Consent(
            id=id_,
            title=form.get("title", {}),
            expires=expires,
            ref=texts(form, "ref"),
            recipient=form.get("recipient", {}),
            purpose=form.get("purpose", {}),
            seen_by=find_all("role", form, "seen_by", self.role_names, self.desk),
            opens_to=find_all("role", form, "opens_to", self.role_names, self.desk),
        )

    def _read_escalations(self) -> dict[str, Escalation]:
        found = {}
        for id_, rungs in self._merge("escalations").items():
            read = self.read_rungs(rungs)
            if not rungs:
                self._report_empty(id_)
            found[id_] = Escalation(id_, read)
        return found

    def _report_empty(self, id_: str) -> None:
        home = self._homes["escalations", id_]
        hint = "Write at least one: `- {at: the limit, to: supervisor}`."
        message = f"The escalation `{id_}` has no rung."
        self.desk.report("SP531", home.key_at(id_), home.way(id_), message, hint)

    def read_rungs(self, forms: list[Form]) -> tuple[Rung, ...]:
        """Return the rungs of an escalation."""
        return read_rungs(forms, self.roles_or_owner, self.letters, self.desk)

    def _read_limits(self) -> dict[str, Limit]:
        self._unread = {id_: form for id_, form in self.limit_names.items() if self._is_for_others(id_, form)}
        mine = {id_: form for id_, form in self.limit_names.items() if id_ not in self._unread}
        read = {id_: read_limit(id_, form, self.fields, self.desk) for id_, form in mine.items()}
        return {id_: limit for id_, limit in read.items() if limit is not None}

    def _is_for_others(self, id_: str, form: Form) -> bool:
        """Return whether a limit of an included file reads a field that only other protocols have."""
        if self._homes["limits", id_] is self._forms[0].get("limits"):
            return False
        depends: Form | None = form.get("depends_on")
        limit: Scalar | None = form.get("limit")
        named = list(depends.values) if depends is not None else []
        _, before, field = limit.text.partition(" before ") if limit is not None else ("", "", "")
        return any(name not in self.fields for name in [*named, *([field.strip()] if before else [])])

    def limit(self, id_: str) -> Limit | None:
        """Return a limit that something names; None where it cannot be read, which is then reported."""
        form = self._unread.pop(id_, None)
        if form is not None:
            read_limit(id_, form, self.fields, self.desk)
        return self.limits.get(id_)


def texts(form: Form, key: str) -> tuple[str, ...]:
    """Return the texts behind a key."""
    return tuple([scalar.text for scalar in form.get(key, ())])


def _read_role(id_: str, form: Form) -> Role:
    return Role(
        id=id_,
        title=form.get("title", {}),
        ministry=form.get("ministry", ""),
        outside_state=form.get("outside_state", False),
        account=form.get("account", True),
        always_reached=form.get("always_reached", False),
        ref=texts(form, "ref"),
    )
