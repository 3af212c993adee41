"""What a file tells by itself: what its columns are, and how its days are written."""

import pytest

from crm.imports.columns import guessed
from crm.imports.date_orders import guessed_order
from tests.crm.imports.importing import checked, uploaded, why


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "target"),
    [
        *((name, "birthday") for name in ("Anniversaire", "Date de naissance", "Naissance", "Birthday", "Birth date")),
        *((name, "mobile") for name in ("Mobile", "Portable", "Téléphone portable", "Mobile phone", "GSM")),
        *((name, "postcode") for name in ("Code postal", "CP", "Zip code", "Postcode")),
        *((name, "phone") for name in ("Téléphone", "Phone")),
        ("Prénom", "first_name"),
        ("Nom", "last_name"),
        ("Ville", "city"),
    ],
)
def test_a_column_is_known_by_its_usual_names_in_both_languages(name: str, target: str) -> None:
    assert guessed([name]) == [target]


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["13/05/1960", "01/02/1970"], "dmy"),
        (["05/13/1960", "01/02/1970"], "mdy"),
        (["01/02/1970"], "dmy"),
        (["31.12.1980"], "dmy"),
        (["1985-01-31"], "ymd"),
        (["nothing"], "ymd"),
        ([], "ymd"),
    ],
)
def test_the_order_of_days_is_told_by_what_is_written(days: list[str], order: str) -> None:
    assert guessed_order([["zoe@example.com", day] for day in days]) == order


@pytest.mark.django_db
def test_an_uploaded_file_begins_with_the_order_of_its_days() -> None:
    assert uploaded("email;birthday\nzoe@example.com;13/05/1960\n").date_order == "dmy"


@pytest.mark.django_db
def test_a_day_that_is_none_names_its_column_and_the_form_that_was_chosen() -> None:
    source = checked("email;Anniversaire\nzoe@example.com;1960-05-13\n", date_order="dmy")
    assert why(source) == ["Anniversaire: This must be a day, such as 31/01/1985."]
