"""What a column of a file may be, and what its name suggests."""

import re
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.models import ConsentDefinition, CustomField, Profile
from crm.services.profile_values import CUSTOM, FIELDS

TAGS, TRACKING = "tags", "refuses_tracking"
CONSENT, CONSENT_DATE = "consent.", "consent_date."

#: other names of fields, without accents and signs: SPREAD's, French and English ones
_NAMES: dict[str, str] = {
    **dict.fromkeys(("customeremail", "mail", "courriel", "emailaddress", "adresseemail"), "email"),
    **dict.fromkeys(("externalid", "idexterne", "customerid"), "external_id"),
    **dict.fromkeys(("customername", "name", "nom", "lastname", "nomdefamille", "surname"), "last_name"),
    **dict.fromkeys(("customerfirstname", "prenom", "firstname", "givenname"), "first_name"),
    **dict.fromkeys(("customergender", "civilite", "genre", "sexe", "title"), "gender"),
    **dict.fromkeys(
        (
            "customerbirthday",
            "datedenaissance",
            "naissance",
            "dateofbirth",
            "birthdate",
            "anniversaire",
            "datenaissance",
            "neele",
            "dob",
        ),
        "birthday",
    ),
    **dict.fromkeys(("customerlang", "lang", "langue"), "language"),
    **dict.fromkeys(("customeraddress", "adresse", "street", "rue"), "address"),
    **dict.fromkeys(("customeraddress2", "adresse2"), "address2"),
    **dict.fromkeys(("customeraddress3", "adresse3"), "address3"),
    **dict.fromkeys(
        ("customercp", "cp", "zip", "codepostal", "zipcode", "postalcode", "codepost", "npa", "postcode"), "postcode"
    ),
    **dict.fromkeys(("customercity", "ville", "town"), "city"),
    **dict.fromkeys(("customercountry", "pays"), "country"),
    **dict.fromkeys(
        ("customertel", "tel", "telephone", "phonenumber", "numerodetelephone", "telephonefixe", "fixe"), "phone"
    ),
    **dict.fromkeys(
        (
            "customermobile",
            "portable",
            "mobilephone",
            "cellphone",
            "mobilenumber",
            "cell",
            "gsm",
            "telmobile",
            "telephonemobile",
            "telephoneportable",
            "numeromobile",
            "numerodemobile",
        ),
        "mobile",
    ),
    **dict.fromkeys(("customercompany", "societe", "entreprise"), "company"),
    **dict.fromkeys(("customerfonction", "fonction", "jobtitle", "poste"), "job_title"),
    **dict.fromkeys(("timezone", "fuseauhoraire"), "time_zone"),
    **dict.fromkeys(("tags", "tag", "addtag", "etiquettes"), TAGS),
}


def choices() -> list[tuple[str, str]]:
    """List what a column may be, with its name in words."""
    found = [("", _("Passed over"))]
    found += [(name, capfirst(str(Profile._meta.get_field(name).verbose_name))) for name in FIELDS]  # type: ignore[union-attr]
    found.append((TAGS, _("Tags to add, separated by commas")))
    found.append((TRACKING, capfirst(str(Profile._meta.get_field(TRACKING).verbose_name))))  # type: ignore[union-attr]
    found += [(CUSTOM + field.name, field.label) for field in CustomField.objects.filter(is_archived=False)]
    for definition in ConsentDefinition.objects.filter(is_archived=False):
        found.append((CONSENT + definition.name, _("%(consent)s: value") % {"consent": definition}))
        found.append((CONSENT_DATE + definition.name, _("%(consent)s: date") % {"consent": definition}))
    return found


def guessed(header: Iterable[str]) -> list[str]:
    """Return what the names of columns suggest, each target once."""
    known = {name: name for name, _words in choices() if name}
    by_name = {**_in_words(), **{_plain(name): name for name in known}}
    by_name |= {_plain(name.partition(".")[2]): name for name in known if name.startswith((CUSTOM, CONSENT))}
    by_name |= {_plain(f"{name.partition('.')[2]}_date"): name for name in known if name.startswith(CONSENT_DATE)}
    taken: set[str] = set()
    found = []
    for column in header:
        target = by_name.get(_plain(column)) or _NAMES.get(_plain(column), "")
        found.append("" if target in taken else target)
        taken.add(target)
    return found


def _in_words() -> dict[str, str]:
    """Return the fields by their names on the page, in every language of the back-office."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_plain(str(Profile._meta.get_field(name).verbose_name)): name for name in FIELDS}  # type: ignore[union-attr]
    return found


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return re.sub(r"[^a-z0-9]", "", decomposed)
