"""Hand out all that is known of a profile: the same list that an erasure goes through, so that they cannot differ."""

import json
import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm import clock
from crm.cause import Cause
from crm.errors import Refused
from crm.models import Profile, ProfileExport
from crm.personal import PersonalTable, Subject, tables
from crm.personal.subject import identifiers
from crm.words import pairs

#: seconds for which the address of a download is good
TOKEN_FOR = 3600
#: rows read at once
_CHUNK = 500
#: an export up to this size stays in memory
_IN_MEMORY = 5_000_000
_signer = signing.TimestampSigner(salt="crm.exports")


def make_export(profile: Profile, *, format: str, cause: Cause) -> str:
    """Note that the data of a profile are to be handed out, and return the token of the download."""
    known = format if format in ProfileExport.Format.values else ProfileExport.Format.ZIP
    row = ProfileExport.objects.create(profile=profile, format=known, made_at=clock.now(), made_by=cause.actor[:150])
    return _signer.sign_object({"export": row.pk, "by": cause.actor})


def open_export(profile: Profile, *, token: str, cause: Cause) -> HttpResponseBase:
    """Return the file, once, to who made it; raises Refused for another, a second time, or too late."""
    try:
        said = _signer.unsign_object(token, max_age=TOKEN_FOR)
    except signing.BadSignature:
        raise Refused(_("This address is not good any more: make the export again.")) from None
    rows = ProfileExport.objects.filter(pk=said["export"], profile=profile, downloaded_at=None)
    if said["by"] != cause.actor or not rows.update(downloaded_at=clock.now()):
        raise Refused(_("An export is handed out once, to who made it: make another one."))
    export = ProfileExport.objects.get(pk=said["export"])
    name = f"profile-{profile.pk}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{export.format}"', "Cache-Control": "no-store"}
    if export.format == ProfileExport.Format.JSON:
        return StreamingHttpResponse(written(profile), content_type="application/json", headers=headers)
    return FileResponse(_zipped(profile), content_type="application/zip", headers=headers)


def written(profile: Profile) -> Iterator[str]:
    """Yield the whole as JSON, piece by piece: for each table its name, what its columns are called, and its rows."""
    head = {"profile": profile.pk, "exported_at": clock.now()}
    yield _json(head)[:-1] + ', "tables": {'
    for index, table in enumerate(_given()):
        about = {"label": str(table.label), "columns": columns_in_words(table)}
        yield f"{', ' if index else ''}{_json(table.kind)}: {_json(about)[:-1]}, " + '"rows": ['
        for number, row in enumerate(rows_of(table, profile)):
            yield (", " if number else "") + _json(row)
        yield "]}"
    yield "}}"


def rows_of(table: PersonalTable, profile: Profile) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that are given out, as columns and values."""
    subject = Subject(profile.pk, identifiers(*(one.identifiers(profile.pk) for one in tables())))
    names = table.columns()
    rows = table.rows(subject).order_by("pk").values(*names, **table.beside)
    for row in rows.iterator(chunk_size=_CHUNK):
        given = table.given(row, subject)
        yield {name: given[name] for name in names}


def columns_in_words(table: PersonalTable) -> dict[str, str]:
    """Return what each column is called."""
    fields = {field.attname: field for field in table.model._meta.concrete_fields}
    return {name: capfirst(str(fields[name].verbose_name)) for name in table.columns()}


def _given() -> list[PersonalTable]:
    return [table for table in tables() if table.hidden is not None]


def _zipped(profile: Profile) -> IO[bytes]:
    """Return a ZIP with data.json and one page for each table that has rows, and an index of them."""
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("data.json", "w", force_zip64=True) as entry:
            for piece in written(profile):
                entry.write(piece.encode())
        found = []
        for table in _given():
            number = _write_page(archive, table, profile)
            if number:
                found.append((table.label, f"{table.kind}.html", number))
        page = render_to_string("crm/export/index.html", {"profile": profile, "tables": found, "at": clock.now()})
        archive.writestr("index.html", page)
    file.seek(0)
    return file


def _write_page(archive: zipfile.ZipFile, table: PersonalTable, profile: Profile) -> int:
    """Write the rows of a table as a page, one box for each; returns how many there are."""
    rows = rows_of(table, profile)
    first = next(rows, None)
    if first is None:
        return 0
    words, number = columns_in_words(table), 0
    head, foot = render_to_string("crm/export/page.html", {"label": table.label}).split("<!-- rows -->")
    with archive.open(f"{table.kind}.html", "w", force_zip64=True) as entry:
        entry.write(head.encode())
        for row in _with(first, rows):
            number += 1
            said = [pairs({words[name]: value}) for name, value in row.items() if value not in (None, "", [], {})]
            shown = [pair for some in said for pair in some]
            entry.write(render_to_string("crm/export/row.html", {"pairs": shown}).encode())
        entry.write(foot.encode())
    return number


def _with(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
