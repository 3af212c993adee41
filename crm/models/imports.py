"""Files of profiles that are imported: what was chosen, how far it is, and what became of each line."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """A CSV file: kept, read into lines, checked without changing anything, then imported.

    `position` is how many of its chunks are done.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        UPLOADING = "uploading", _("Being uploaded")
        READING = "reading", _("Being read")
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Being imported")
        HALTED = "halted", _("Stopped by an error")
        DONE = "done", _("Imported")
        CANCELLED = "cancelled", _("Cancelled")

    #: states in which the scheduler works on it
    AT_WORK: ClassVar = (Status.READING, Status.CHECKING, Status.RUNNING)
    NOT_ENDED: ClassVar = (Status.UPLOADING, Status.UPLOADED, Status.CHECKED, Status.HALTED, *AT_WORK)
    #: states in which pieces of the file are not lines yet
    COMING_IN: ClassVar = (Status.UPLOADING, Status.READING)

    name = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.UPLOADED)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.CharField(_("by"), max_length=150, blank=True, default="")
    #: of who began the last step: what is said of the lines is said in it
    language = models.CharField(max_length=8, blank=True, default="")
    encoding = models.CharField(_("encoding"), max_length=12, blank=True, default="")
    delimiter = models.CharField(max_length=1, blank=True, default="")
    #: of the file in bytes, and how many of them are read into lines
    size = models.PositiveBigIntegerField(_("size"), default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    pieces = models.PositiveIntegerField(default=0)
    #: what lies between two pieces while they are read: a line that has not ended, lines too few for a chunk
    reading = models.JSONField(default=dict)
    #: the names in the first line
    header = models.JSONField(default=list)
    #: what each column is, in the order of the header; empty: passed over
    mapping = models.JSONField(default=list)
    date_order = models.CharField(_("dates are written"), max_length=3, default="ymd")
    deletes_empty = models.BooleanField(_("empty fields delete data"), default=False)
    starts_workflows = models.BooleanField(_("start workflows"), default=False)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    position = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    #: how many runs the check saw start
    runs = models.PositiveIntegerField(_("runs that would start"), default=0)
    #: why it stopped, or could not be read
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class ImportPiece(models.Model):
    """Some bytes of a file, kept until they are read into lines."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="import_piece_numbered_once")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.number}"


class ImportChunk(models.Model):
    """Some lines of a file, done in one transaction; the lines are emptied once they are imported."""

    #: lines in each, fewer where they are long: no more letters than these, and one line
    SIZE: ClassVar = 100
    LETTERS: ClassVar = 500_000

    source = models.ForeignKey(Import, models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    #: where in the file its lines begin; the header is line 1
    first_line = models.PositiveIntegerField(default=2)
    lines = models.JSONField(default=list)
    #: for each line what became of it, why, and by which column: ["created", "", null], ["refused", "Mail: …", 0]
    outcomes = models.JSONField(default=list)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="import_chunk_numbered_once")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.number}"
