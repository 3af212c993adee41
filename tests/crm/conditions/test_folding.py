"""Texts are compared by one table, which Python and the database in use apply alike."""

import pytest
from django.db.models import F, Func, TextField, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.conditions.operators import TEXT, folded
from crm.folding import fold
from crm.models import Site

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NEAR = st.text(alphabet="aAàÂéÉîçŒœßẞÆłøİıσςΣйЙ%_\\ e\u0301", max_size=12)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Évry", "evry"),
        ("STRASSE", "straße"),
        ("Œuvre", "oeuvre"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("e\u0301", "É"),
        ("ΣΟΦΟΣ", "σοφος"),
    ],
)
def test_case_and_accents_make_no_difference(written: str, found: str) -> None:
    assert fold(written) == fold(found)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS | NEAR)
def test_the_database_folds_as_python_does(text: str) -> None:
    Site.current()
    row = Site.objects.annotate(folded=folded(Value(text, output_field=TextField()))).values_list("folded", flat=True)
    assert row.get() == fold(text)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fact=NEAR | TEXTS, operand=NEAR.filter(bool))
def test_every_comparison_of_texts_decides_alike(fact: str, operand: str) -> None:
    Site.current()
    rows = Site.objects.annotate(
        fact=Func(Value(fact), Value(""), Value(""), function="REPLACE", output_field=TextField())
    )
    for operator in TEXT.values():
        value = [operand, "x"] if operator.takes == "many" else operand
        decided = operator.holds(fact, value)
        assert rows.filter(operator.q(F("fact"), value)).exists() is decided, operator.name
        assert rows.filter(~operator.q(F("fact"), value)).exists() is not decided, operator.name
