"""Pages of settings: what tables keep as JSON is typed in inputs of its own."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from crm.models import ApiKey, ConsentDefinition, ConsentWording, CouponPool, CustomField, PointsProgramme, Site, User
from crm.services.api_keys import hash_secret
from crm.services.coupons import give_coupon
from tests.crm.admin.forms import errors_of, save
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.modules import ReferralModuleFactory
from tests.factories.people import ProfileFactory, TagFactory, UserFactory
from tests.factories.points import CouponPoolFactory
from tests.factories.sales import CategoryFactory

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def test_the_shop_is_told_its_addresses_by_language(admin: Client) -> None:
    base = LegalBasisFactory()
    given = {"name": "Lila", "url_fr": "https://lila.example/fr", "url_en": "lila.example/en"}
    more = {"order_legal_bases": [str(base.pk)], "uncounted_statuses": ["failed", "new"]}
    response = save(admin, admin.get(url("crm_site_changelist")).headers["Location"], **given, **more)
    assert response.status_code == 302, errors_of(response)
    site = Site.current()
    assert site.url == {"fr": "https://lila.example/fr", "en": "https://lila.example/en"}
    assert sorted(site.uncounted_statuses) == ["failed", "new"]
    assert list(site.order_legal_bases.all()) == [base]
    assert site.history.first().history_user.username == "jo"


def test_a_consent_has_a_label_for_each_language_and_wordings_in_versions(admin: Client) -> None:
    page = url("crm_consentdefinition_add")
    save(admin, page, name="NewsSMS", label_fr="Infos par SMS", label_en="News by SMS", channels=["sms"])
    definition = ConsentDefinition.objects.get()
    assert (definition.label, definition.channels) == ({"en": "News by SMS", "fr": "Infos par SMS"}, ["sms"])
    page = url("crm_consentdefinition_change", definition.pk)
    for text in ("J'accepte.", "J'accepte tout."):
        rows = {"wordings-2-TOTAL_FORMS": "1", "wordings-2-0-language": "fr", "wordings-2-0-text": text}
        assert save(admin, page, **rows).status_code == 302
    assert list(ConsentWording.objects.order_by("version").values_list("version", "text")) == [
        (1, "J'accepte."),
        (2, "J'accepte tout."),
    ]


def test_the_programme_takes_an_amount_for_a_point(admin: Client) -> None:
    page = admin.get(url("crm_pointsprogramme_changelist")).headers["Location"]
    save(admin, page, is_active="on", cents_per_point="2,50", crediting_statuses=["paid"])
    programme = PointsProgramme.objects.get()
    assert (programme.is_active, programme.cents_per_point, programme.crediting_statuses) == (True, 250, ["paid"])
    assert list(errors_of(save(admin, page, cents_per_point="0"))) == ["cents_per_point"]


@pytest.mark.parametrize(("discount", "typed", "kept"), [("percent", "10", 10), ("amount", "12,50", 1250)])
def test_a_coupon_is_worth_an_amount_or_per_cent(admin: Client, discount: str, typed: str, kept: int) -> None:
    save(admin, url("crm_couponpool_add"), name="Sale", discount=discount, value=typed, minimum="30,00")
    pool = CouponPool.objects.get()
    assert (pool.value, pool.minimum) == (kept, 3000)
    save(admin, url("crm_couponpool_change", pool.pk), name="Sales")
    pool.refresh_from_db()
    assert (pool.name, pool.value) == ("Sales", kept)


def test_the_choices_of_a_field_are_written_one_on_a_line(admin: Client) -> None:
    given = {"label": "Shop", "name": "shop", "type": "choice", "choices": "Lyon\r\n\r\nParis\r\nLyon"}
    save(admin, url("crm_customfield_add"), **given)
    assert CustomField.objects.get().choices == ["Lyon", "Paris"]
    response = save(admin, url("crm_customfield_add"), label="Other", name="other", type="choice", choices="")
    assert list(errors_of(response)) == ["choices"]


def test_an_api_key_is_shown_once_and_revoked_for_ever(admin: Client) -> None:
    response = save(admin, url("crm_apikey_add"), name="Shop", scopes=["orders:write"])
    api_key = ApiKey.objects.get()
    private_key = response.context["private_key"]
    assert private_key in response.content.decode()
    assert api_key.secret_hash == hash_secret(private_key)
    assert api_key.scopes == ["orders:write"]
    page = url("crm_apikey_change", api_key.pk)
    assert private_key not in admin.get(page).content.decode()
    asked = admin.get(url("crm_apikey_revoke", api_key.pk)).content.decode()
    assert "This cannot be undone" in asked
    done = admin.post(url("crm_apikey_revoke", api_key.pk), {"_form_submitted": "True"})
    assert done.headers["HX-Redirect"] == page
    api_key.refresh_from_db()
    assert api_key.revoked_at is not None


def test_only_a_superuser_makes_superusers(client: Client) -> None:
    client.force_login(UserFactory(username="boss", is_superuser=False))
    boss = User.objects.get(username="boss")
    boss.groups.add(Group.objects.get(name="Administrator"))
    other = UserFactory(username="other", is_superuser=False, is_staff=False)
    save(client, url("crm_user_change", other.pk), is_superuser="on", first_name="Other")
    other.refresh_from_db()
    assert (other.is_superuser, other.first_name) == (False, "Other")


def test_the_language_chosen_is_kept_with_the_user(admin: Client) -> None:
    admin.post(url("choose_language"), {"language": "fr", "next": "/admin/"})
    assert User.objects.get(username="jo").language == "fr"
    assert admin.get("/admin/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "fr"


def test_what_is_in_use_is_archived_and_hidden_not_deleted(admin: Client) -> None:
    definition = ConsentDefinitionFactory()
    save(admin, url("crm_consentdefinition_change", definition.pk), is_archived="on")
    shown = admin.get(url("crm_consentdefinition_changelist")).context["cl"].result_list
    assert not list(shown)
    assert admin.get(url("crm_consentdefinition_delete", definition.pk)).status_code == 403


def test_the_history_says_in_words_who_changed_what(admin: Client) -> None:
    page = admin.get(url("crm_site_changelist")).headers["Location"]
    save(admin, page, url_fr="https://lila.example/fr")
    save(admin, page, name="Lila", url_fr="https://lila.example/boutique")
    shown = admin.get(url("crm_site_history", 1)).content.decode()
    assert "fr: https://lila.example/fr → fr: https://lila.example/boutique" in shown
    assert "jo" in shown


def test_codes_are_added_to_a_pool_and_a_sign_warns_when_few_are_left(admin: Client) -> None:
    page = url("crm_couponpool_add")
    save(admin, page, name="Sale", discount="percent", value="10", codes="A1\nB2\n\n")
    pool = CouponPool.objects.get()
    assert sorted(pool.coupons.values_list("code", flat=True)) == ["A1", "B2"]
    assert "d-warning" not in admin.get(url("crm_couponpool_changelist")).content.decode()

    for _code in range(2):
        give_coupon(ProfileFactory(), pool=pool, cause=BY_API)
    assert "d-warning" in admin.get(url("crm_couponpool_changelist")).content.decode()

    change = url("crm_couponpool_change", pool.pk)
    assert list(errors_of(save(admin, change, codes="C" * 61))) == ["codes"]
    assert save(admin, change, codes="C3").status_code == 302
    assert pool.coupons.count() == 3


def test_a_referral_module_gives_coupons(admin: Client) -> None:
    module, pool = ReferralModuleFactory(), CouponPoolFactory()
    rows = {"referral_settings-TOTAL_FORMS": "1", "referral_settings-0-sponsor_pool": pool.pk}
    points = {"referral_settings-0-sponsor_points": "0", "referral_settings-0-referee_points": "0"}
    assert save(admin, url("crm_module_change", module.pk), **rows, **points).status_code == 302
    assert module.referral_settings.sponsor_pool == pool


def test_names_that_workflows_ask_for_stay(admin: Client) -> None:
    tag, category = TagFactory(name="VIP"), CategoryFactory(reference="tea")
    save(admin, url("crm_tag_change", tag.pk), name="gold")
    save(admin, url("crm_category_change", category.pk), name="Teas", reference="teas")
    tag.refresh_from_db()
    category.refresh_from_db()
    assert (tag.key, category.reference, category.name) == ("vip", "tea", "Teas")
