"""Fill a form with what breaks programs: it is stored as it is, or refused with a reason at its field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.db import transaction
from django.forms import BaseForm, BaseFormSet
from django.http import QueryDict
from django.test import Client

from crm.admin.segment_form import Node
from crm.admin.typed import TypedForm
from tests.hostile.reading import Form, forms_of

ROUNDS = 4
ANSWERS = {200, 302, 400, 403, 404, 405, 409}
#: forms that stand on every page
EVERYWHERE = {"/admin/language/", "/admin/logout/"}
#: asked for, and done something with, but not shown in the form again; a product fills its reference in
NOT_SHOWN = {"to", "per_minute", "codes", "points", "reason", "tag", "lines-0-reference"}
_AMOUNT = re.compile(r"[\d\s.,'\u00a0\u202f-]*")


@dataclass
class Trying:
    """Somebody who fills in forms; `complaints` is what is wrong with the answers."""

    client: Client
    strings: Iterator[str]
    complaints: list[str] = field(default_factory=list)
    stored: int = 0
    refused: int = 0

    def open(self, address: str) -> list[Form]:
        """Return the forms of a page."""
        answer = self.client.get(address)
        if answer.status_code not in ANSWERS:
            self.complaints.append(f"{address}: {answer.status_code}")
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            return []
        return [form for form in forms_of(b"".join(answer).decode()) if form.action not in EVERYWHERE]

    def fill(self, address: str, form: Form, *, button: int = 0) -> None:
        """Type something else in every field, give way where it is refused, and look at what was stored. Undone."""
        session = self.client.cookies.copy()  # a new password would have begun another
        with transaction.atomic():
            self._fill(address, form, {name: next(self.strings) for name in form.typed}, button)
            transaction.set_rollback(True)
        self.client.cookies = session

    def tamper(self, address: str, form: Form) -> None:
        """Change what no browser lets one change: the last of the fields by itself, and all at once."""
        alone = [{name: next(self.strings)} for name in form.chosen[-1:]]
        for changes in [*alone, {name: next(self.strings) for name in form.chosen}]:
            with transaction.atomic():
                self._post(address, form, changes, 0)
                transaction.set_rollback(True)

    def _fill(self, address: str, form: Form, changes: dict[str, str], button: int) -> None:
        for _round in range(ROUNDS):
            answer = self._post(address, form, changes, button)
            if answer.status_code == 302:
                self.stored += len(changes)
                self._compare(address, form, changes)
                return
            errors = errors_in(answer)
            blamed = {name for name in changes if any(name == at or name.startswith(f"{at}_") for at in errors)}
            self.refused += len(blamed)
            if not blamed:
                usual = errors_in(self._post(address, form, {}, button)) if errors else {}
                if errors.items() - usual.items():
                    self.complaints.append(f"{address}: refused at no field: {_short(errors)} {_short(changes)}")
                return
            changes = {name: value for name, value in changes.items() if name not in blamed}
        self.complaints.append(f"{address}: refused again and again")

    def check_all(self, address: str, strings: Sequence[str]) -> None:
        """Have the form of a page of the admin look at every string, and refuse it where it does at its field."""
        shown = self.client.get(address).context
        if shown is None or "adminform" not in shown:
            return
        form = shown["adminform"].form
        (page,) = [one for one in self.open(address) if one.identity.endswith("_form")]
        typed = [name for name in page.typed if name.removesuffix("_0").removesuffix("_1") in form.fields]
        usual = self._errors(form, page, {})
        for start in range(0, len(strings) if typed else 0, len(typed) or 1):
            changes = dict(zip(typed, strings[start:], strict=False))
            for name, said in self._errors(form, page, changes).items():
                if name not in changes and name not in usual and not any(at.startswith(f"{name}_") for at in changes):
                    self.complaints.append(f"{address}: {name}: {said} {_short(changes)}")

    def _errors(self, form: BaseForm, page: Form, changes: Mapping[str, str]) -> dict[str, list[str]]:
        data = QueryDict(mutable=True)
        for name, values in page.posted(changes).items():
            data.setlist(name, values)
        again = type(form)(data, {}, instance=copy(form.instance))  # type: ignore[call-arg]
        return {name: [str(said) for said in messages] for name, messages in again.errors.items()}

    def _page_of(self, address: str) -> str:
        """Return the page of the newest row, where a row was added."""
        found = re.fullmatch(r"/admin/(\w+)/(\w+)/(?:add|create)/(?:\?.*)?", address)
        if found is None:
            return address
        row = apps.get_model(found[1], found[2])._default_manager.order_by("-pk").first()
        return f"/admin/{found[1]}/{found[2]}/{row.pk}/change/" if row else address

    def _post(self, address: str, form: Form, changes: Mapping[str, str], button: int) -> Any:
        target = form.action if form.action.startswith("/") else address
        if form.action.startswith("?"):
            target = address.partition("?")[0] + form.action
        answer = self.client.post(target, form.posted(changes, button))
        if answer.status_code not in ANSWERS:
            self.complaints.append(f"{target}: {answer.status_code} {_short(changes)}")
        return answer

    def _compare(self, address: str, form: Form, changes: Mapping[str, str]) -> None:
        page = self._page_of(address)
        shown = next((one for one in self.open(page) if one.typed == form.typed), None) if page else None
        for name, value in changes.items() if shown else ():
            kept = shown.values[name][0]  # type: ignore[union-attr]
            if name not in NOT_SHOWN and name not in form.secret and not _is_same(kept, value):
                self.complaints.append(f"{address}: {name} was {value[:60]!r}, is {kept[:60]!r}")


def errors_in(answer: Any) -> dict[str, str]:
    """Return the errors of all forms on a page, by the name of the input."""
    found: dict[str, str] = {}
    for context in answer.context or ():
        for value in context.flatten().values() if hasattr(context, "flatten") else dict(context).values():
            for form in _forms(value):
                for name, messages in form.errors.items():
                    found[form.add_prefix(name)] = " ".join(str(message) for message in messages)
    return found


def _forms(value: Any) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        if value.is_bound:
            yield value
    elif isinstance(value, BaseFormSet):
        yield from (form for form in value.forms if form.is_bound)
    elif isinstance(value, AdminForm | TypedForm):
        yield from _forms(value.form)
    elif isinstance(value, InlineAdminFormSet):
        yield from _forms(value.formset)
    elif isinstance(value, Node):
        for node in value.walk():
            yield from _forms(node.typed)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _forms(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _forms(item)


def _is_same(kept: str, typed: str) -> bool:
    """Compare as people do: space around it and ends of lines do not count, and an amount may be written anew."""
    if _AMOUNT.fullmatch(kept) and _AMOUNT.fullmatch(typed):
        return re.sub(r"\D", "", kept).strip("0") == re.sub(r"\D", "", typed).strip("0")
    return kept.split() == typed.split()


def _short(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={str(value)[:40]!r}" for name, value in values.items())[:400]
