"""Find the texts that are to be translated, without gettext: Python by its syntax tree, templates through Django."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

PACKAGES = ("crm", "triggers", "actions", "workflows", "config", "templates")
# The arguments of each function: c a context, s a text, p its plural.
ARGUMENTS = {"_": "s", "_now": "s", "gettext": "s", "gettext_noop": "s"}
ARGUMENTS |= {"ngettext": "sp", "pgettext": "cs", "npgettext": "csp"}
ARGUMENTS |= {f"{name}_lazy": kinds for name, kinds in ARGUMENTS.items() if name not in {"_", "_now", "gettext_noop"}}
CALL = re.compile(r"\b(_|n?p?gettext)\(")
STRING = re.compile(r"""\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?""", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


class Message(NamedTuple):
    """A text in the source: its context, itself, and its plural where it counts."""

    context: str | None
    text: str
    plural: str | None


def _message(kinds: str, texts: list[str]) -> Message:
    given = dict(zip(kinds, texts, strict=False))
    return Message(given.get("c"), given["s"], given.get("p"))


def in_python(source: str) -> Iterator[Message]:
    """Find the messages of a Python file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        kinds = ARGUMENTS.get(name, "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if kinds and len(texts) >= len(kinds) and texts[kinds.index("s")]:
            yield _message(kinds, texts)


def in_template(source: str) -> Iterator[Message]:
    """Find the messages of a Django template."""
    code = templatize(source)
    for call in CALL.finditer(code):
        kinds, at = ARGUMENTS[call[1]], call.end()
        texts: list[str] = []
        while len(texts) < len(kinds) and (string := STRING.match(code, at)):
            texts.append(ast.literal_eval(string[1]))
            at = string.end()
        if len(texts) == len(kinds):
            yield _message(kinds, texts)


def in_project(root: Path) -> dict[Message, list[str]]:
    """Find all messages and the files, relative to `root`, in which each stands."""
    found: dict[Message, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
                continue
            extract = in_python if path.suffix == ".py" else in_template
            for message in extract(path.read_text(encoding="utf-8")):
                places = found.setdefault(message, [])
                place = path.relative_to(root).as_posix()
                if place not in places:
                    places.append(place)
    return found


def key_of(entry: polib.POEntry) -> Message:
    """Return the message that a catalog's entry translates."""
    return Message(entry.msgctxt or None, entry.msgid, entry.msgid_plural or None)


def update(catalog: polib.POFile, found: dict[Message, list[str]]) -> None:
    """Make the catalog hold exactly the messages found, keeping what is translated."""
    entries = {key_of(entry): entry for entry in catalog}
    catalog.clear()
    for message in sorted(found, key=lambda message: (message.text, message.context or "", message.plural or "")):
        blank = polib.POEntry(msgctxt=message.context, msgid=message.text, msgid_plural=message.plural or "")
        if message.plural:
            blank.msgstr_plural = {0: "", 1: ""}
        entry = entries.get(message, blank)
        entry.occurrences = [(place, "") for place in found[message]]
        entry.flags = ["python-format"] if re.search(r"%\(\w+\)[a-z]", message.text) else []
        catalog.append(entry)


def problems(catalog: polib.POFile, found: dict[Message, list[str]]) -> Iterator[str]:
    """Name what is missing, left over or translated with other placeholders."""
    entries = {key_of(entry): entry for entry in catalog}
    for message, places in found.items():
        entry = entries.get(message)
        where = ", ".join(places[:2])
        if entry is None or not entry.translated():
            yield f"untranslated: {message.text!r} ({where})"
            continue
        wanted = set(PLACEHOLDER.findall(message.text)) | set(PLACEHOLDER.findall(message.plural or ""))
        for text in entry.msgstr_plural.values() if message.plural else [entry.msgstr]:
            used = set(PLACEHOLDER.findall(text))
            if used - wanted or (not message.plural and wanted - used):
                yield f"placeholders differ: {message.text!r} -> {text!r} ({where})"
    for message in entries:
        if message not in found:
            yield f"no longer used: {message.text!r}"
