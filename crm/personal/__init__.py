"""What is kept of a person, table by table: one list that erasure, export and retention read (docs/design.md 3.4)."""

from crm.personal.base import PersonalTable, Unsettled, personal_tables, tables
from crm.personal.blanks import Blank, empty, erased_words, no_list, no_object, nothing, only
from crm.personal.keys import erased_key
from crm.personal.subject import Subject

__all__ = [
    "Blank",
    "PersonalTable",
    "Subject",
    "Unsettled",
    "empty",
    "erased_key",
    "erased_words",
    "no_list",
    "no_object",
    "nothing",
    "only",
    "personal_tables",
    "tables",
]
