"""Profiles with all that conditions ask of them, filled by set statements: `python -m benchmarks.crowd N`."""

import sys
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import NOT_PROVIDED, Model

from benchmarks.speed.fill import analyze, clock, db  # sets Django up

# isort: split
from actions.models import Content, Delivery, Track
from crm.models import (
    Cart,
    Consent,
    ConsentDefinition,
    CustomField,
    CustomValue,
    Module,
    Order,
    Ownership,
    Participation,
    Pot,
    Product,
    Profile,
    ProfileTag,
    Referral,
    Segment,
    Tag,
    Tier,
)

MARK = "crowd"
FRENCH = {"kind": "profile_language", "schema": 1, "config": {"operator": "is", "value": "fr"}, "negated": False}


def fill(count: int) -> None:
    """Insert so many profiles, and what hangs on them."""
    with transaction.atomic():
        first = _profiles(count)
        mine = f"crm_profile WHERE id >= {first}"
        _about_people(mine)
        _about_sales(mine)
        _about_modules(mine)
        _about_messages(mine)
    analyze()


def _profiles(count: int) -> int:
    numbers = (
        f"generate_series(1, {count}) AS numbers(n)"
        if db.is_postgres()
        else f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s)"
    )
    day = "DATE '1960-01-01' + (n % 20000)" if db.is_postgres() else "date('1960-01-01', '+' || (n % 20000) || ' days')"
    insert(
        Profile,
        numbers,
        uid="gen_random_uuid()" if db.is_postgres() else "lower(hex(randomblob(16)))",
        email=f"'{MARK}' || n || '@bench.example'",
        email_key=f"'{MARK}' || n || '@bench.example'",
        external_id="NULL",
        language=one_of("n", "'fr'", "'fr_BE'", "'en'", "'de'"),
        country=one_of("n", "'FR'", "'BE'", "'DE'", "''", "'CH'"),
        city="'Ville ' || (n % 1000)",
        birthday=day,
        created_at=moment(0),
        updated_at=moment(0),
    )
    return Profile.objects.filter(email__startswith=MARK).order_by("id").values_list("id", flat=True)[0]


def _about_people(mine: str) -> None:
    news = ConsentDefinition.objects.get(name="NewsEmail")
    size, _made = CustomField.objects.get_or_create(name="bench_size", defaults={"label": "Size", "type": "number"})
    tags = [_tag(f"bench-{n}") for n in range(10)]
    for number, threshold in enumerate((0, 500, 1000)):
        Tier.objects.get_or_create(name=f"Bench {number}", defaults={"threshold": threshold})
    Segment.objects.get_or_create(name="Bench", defaults={"rules": {"mode": "all", "rules": [FRENCH]}})
    insert(Pot, mine, profile="id", balance="id % 500", earned="id % 2000")
    statuses = one_of("id", "'accepted'", "'refused'", "'accepted'", "'to_confirm'")
    insert(Consent, mine, profile="id", definition=str(news.pk), status=statuses, changed_at=moment(1))
    insert(CustomValue, f"{mine} AND id % 2 = 0", profile="id", field=str(size.pk), number="id % 100")
    chosen = one_of("id", *(str(tag) for tag in tags))
    insert(ProfileTag, f"{mine} AND id % 5 < 2", profile="id", tag=chosen, added_at=moment(1))


def _about_sales(mine: str) -> None:
    product, _made = Product.objects.get_or_create(reference="bench", defaults={"name": "Bench"})
    statuses = one_of("id", *["'paid'"] * 7, "'cancelled'", "'new'", "'refunded'")
    for number, some in enumerate(("id % 10 < 6", "id % 10 < 3")):
        at = one_of("id / 10", *(moment(days) for days in (2, 20, 90, 400)))
        insert(
            Order,
            f"{mine} AND {some}",
            profile="id",
            reference=f"'{MARK}' || id || '-{number}'",
            status=statuses,
            amount=f"(id * {number + 7}) % 20000",
            ordered_at=at,
            created_at=at,
            updated_at=at,
        )
    bought = f"crm_order WHERE reference LIKE '{MARK}%-0' AND status = 'paid'"
    insert(Ownership, bought, profile="profile_id", product=str(product.pk), order="id", since="ordered_at")
    at = one_of("id / 10", moment(0), moment(5), moment(25))
    stages = one_of("id", "'cart'", "'checkout'")
    rest = {"created_at": at, "updated_at": at, "last_activity_at": at}
    insert(Cart, f"{mine} AND id % 5 = 1", profile="id", key="'k' || id", stage=stages, total="id % 9000", **rest)


def _about_modules(mine: str) -> None:
    game, _made = Module.objects.get_or_create(slug="bench-game", defaults={"name": "Game", "kind": "game"})
    friends, _made = Module.objects.get_or_create(
        slug="bench-friends", defaults={"name": "Friends", "kind": "referral"}
    )
    yes, no = ("true", "false") if db.is_postgres() else ("1", "0")
    done, at = one_of("id / 10", yes, no), {"created_at": moment(3), "updated_at": moment(3)}
    insert(Participation, f"{mine} AND id % 10 < 3", module=str(game.pk), profile="id", is_complete=done, **at)
    status = one_of("id / 5", "'validated'", "'pending'", "'validated'")
    validated = {"module": str(friends.pk), "status": status, "validated_at": moment(3)}
    insert(Referral, f"{mine} AND id % 5 = 0", sponsor="id - 1", referee="id", **validated, **at)


def _about_messages(mine: str) -> None:
    content = Content.of({"subject": MARK})
    uid = "gen_random_uuid()" if db.is_postgres() else "lower(hex(randomblob(16)))"
    at = one_of("id / 10", *(moment(days) for days in (3, 40, 200)))
    said = {"channel": "'email'", "status": "'sent'", "planned_at": at, "ended_at": at, "content": str(content.pk)}
    insert(Delivery, f"{mine} AND id % 2 = 0", uid=uid, profile="id", recipient="email", subject=f"'{MARK}'", **said)
    yes, no = ("true", "false") if db.is_postgres() else ("1", "0")
    heard = {"delivery": "id", "profile": "profile_id", "occurred_at": "ended_at", "recorded_at": "ended_at"}
    sent = f"actions_delivery WHERE subject = '{MARK}'"
    for some, by_machine in (("id % 3 = 0", no), ("id % 7 = 0", yes)):
        insert(Track, f"{sent} AND {some}", kind="'open'", is_machine=by_machine, is_first=yes, **heard)


def _tag(name: str) -> int:
    tag = Tag.objects.filter(key=name).first() or Tag(name=name)
    tag.save()
    return tag.pk


def one_of(number: str, *values: str) -> str:
    """Return an expression that is each value in turn."""
    cases = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(values))
    return f"CASE ({number}) % {len(values)} {cases} END"


def moment(days: int) -> str:
    """Return the moment so many days ago as a literal."""
    at = f"{clock.now() - timedelta(days=days, hours=1):%Y-%m-%d %H:%M:%S}"
    return f"TIMESTAMPTZ '{at}+00'" if db.is_postgres() else f"'{at}'"


def insert(model: type[Model], rows: str, **columns: str) -> None:
    """Insert a row for each of `rows` (FROM …) with expressions for fields; the others have their defaults."""
    quote = connection.ops.quote_name
    names, shown, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        names.append(quote(field.column))
        if field.name in columns:
            shown.append(columns[field.name])
        else:
            default: Any = None if field.default is NOT_PROVIDED and field.null else field.get_default()
            shown.append(
                f"CAST(%s AS {field.db_type(connection).partition(' CHECK')[0]})" if db.is_postgres() else "%s"
            )
            params.append(field.get_db_prep_save(default, connection))
    for at, text in enumerate(shown):
        shown[at] = text if text == "%s" or text.startswith("CAST(%s") else text.replace("%", "%%")
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)})"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT {', '.join(shown)} FROM {rows.replace('%', '%%')}", params)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
