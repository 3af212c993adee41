"""Queries that take too long are broken off, and the connection goes on."""

import pytest
from django.db import DatabaseError, connection

from crm import db
from crm.models import Segment

pytestmark = pytest.mark.django_db

ENDLESS = {
    "postgresql": "SELECT pg_sleep(20)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
}


def ask(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_takes_too_long_is_broken_off() -> None:
    with pytest.raises(db.TooLong), db.at_most(0.2):
        ask(ENDLESS[connection.vendor])
    assert Segment.objects.count() == 0


def test_what_is_quick_goes_through_and_what_comes_later_takes_as_long_as_it_likes() -> None:
    with db.at_most(0.2):
        assert Segment.objects.count() == 0
    if connection.vendor == "postgresql":
        ask("SELECT pg_sleep(0.4)")


def test_other_trouble_of_the_database_is_told_as_it_is() -> None:
    with pytest.raises(DatabaseError, match="nowhere"), db.at_most(5):
        ask("SELECT * FROM nowhere")
