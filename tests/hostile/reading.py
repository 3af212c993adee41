"""Read the forms of any page as a browser does: what it would send, and where one can type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "email", "url", "number", "search", "tel", "password", "date", "time", "datetime-local", ""}
#: pressed only by itself: it would lead to another page than the one that is looked at afterwards
ELSEWHERE = {"_addanother", "_continue", "_saveasnew"}


@dataclass
class Form:
    """A form that posts: `values` is what a browser sends, `typed` the names of fields in which one types."""

    action: str = ""
    method: str = "get"
    identity: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    #: fields that never show what they hold
    secret: list[str] = field(default_factory=list)
    #: fields that only a program changes: hidden ones, choices, boxes
    chosen: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def posted(self, changes: Mapping[str, str], button: int = 0) -> dict[str, list[str]]:
        """Return what is sent with other values in some fields, by one of the buttons."""
        sent = {**self.values, **{name: [value] for name, value in changes.items()}}
        if self.buttons:
            name, value = self.buttons[button % len(self.buttons)]
            sent[name] = [value]
        return sent


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page that post."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [form for form in reader.forms if form.method == "post"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: tuple[Form, str] | None = None
        self.area: tuple[Form, str] | None = None
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self.skipped += 1
        if self.skipped:
            return
        if tag == "form":
            method = given.get("method", "get").lower()
            self.open = Form(given.get("action", ""), method, given.get("id", ""))
            if any(name.startswith("hx-post") for name in given):
                self.open.method, self.open.action = "post", given["hx-post"]
            self.forms.append(self.open)
        elif tag == "option" and self.select:
            form, name = self.select
            if "selected" in given:
                form.values.setdefault(name, []).append(given.get("value", ""))
        elif form := self._form_of(given):
            self._field(tag, form, given)

    def _form_of(self, given: dict[str, str]) -> Form | None:
        if owner := given.get("form"):
            return next((form for form in self.forms if form.identity == owner), None)
        return self.open

    def _field(self, tag: str, form: Form, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "").lower()
        if not name or "__prefix__" in name or "disabled" in given or name == "csrfmiddlewaretoken":
            return
        if tag == "textarea":
            form.typed.append(name)
            form.values[name] = [""]
            self.area = form, name
        elif tag == "select":
            form.chosen.append(name)
            self.select = form, name
        elif tag == "button" or (tag == "input" and kind in ("submit", "image")):
            if kind != "button" and name not in ELSEWHERE:
                form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and kind in ("checkbox", "radio"):
            form.chosen.append(name)
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input" and kind in TYPED:
            form.typed.append(name)
            form.values[name] = [given.get("value", "")]
            form.secret += [name] if kind == "password" else []
        elif tag == "input" and kind == "hidden":
            form.chosen.append(name)
            form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.skipped = max(self.skipped - 1, 0)
        elif tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            form, name = self.area
            form.values[name][0] += data.removeprefix("\n") if not form.values[name][0] else data
