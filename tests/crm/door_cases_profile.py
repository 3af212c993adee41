"""Changes of profiles, tags, custom values, consents, pots, participations and referrals, through every door."""

from typing import Any

from crm.cause import Cause
from crm.models import (
    Consent,
    ConsentDefinition,
    CustomField,
    CustomValue,
    Module,
    Movement,
    Participation,
    Profile,
    ProfileTag,
    Referral,
    Tag,
)
from crm.services.consents import set_consent
from crm.services.custom_fields import set_value
from crm.services.participations import record_participation
from crm.services.pots import move_points
from crm.services.profiles import change_fields, upsert_profile
from crm.services.referrals import start_referral
from crm.services.tags import change_tags
from tests.crm.doors import Case, act, call, fill, press, run_action
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory, ProfileTagFactory, TagFactory
from triggers.models import Kind


def zoe(**values: Any) -> Profile:
    return ProfileFactory(email="zoe@example.com", **values)


def customer(**values: Any) -> dict[str, Any]:
    return {"customer": {"email": "zoe@example.com", **values}}


def move_to_paris(profile: Profile) -> None:
    profile.city = "Paris"
    profile.save()


def imported(profile: Profile, **values: Any) -> None:
    upsert_profile(cause=BY_IMPORT, email=profile.email, **values)


def took_part(profile: Profile, *, cause: Cause) -> None:
    record_participation(Participation(profile=profile, module=Module.objects.get()), cause=cause, is_complete=True)


def tagged() -> Profile:
    return ProfileTagFactory(profile=zoe(), tag=TagFactory(name="VIP")).profile


def inline_tag(profile: Profile) -> None:
    fill("profile_change", profile.pk, **{"tags-TOTAL_FORMS": "1", "tags-0-tag": Tag.objects.get().pk})


def with_field() -> Profile:
    CustomFieldFactory(name="size", label="Size", type="number")
    return zoe()


def save_value(profile: Profile) -> None:
    CustomValue(profile=profile, field=CustomField.objects.get(), number="39").save()


def with_definition() -> Profile:
    ConsentDefinitionFactory(name="NewsEmail")
    return zoe()


def definition() -> ConsentDefinition:
    return ConsentDefinition.objects.get()


def inline_consent(profile: Profile) -> None:
    rows = {"consents-TOTAL_FORMS": "1", "consents-0-definition": definition().pk, "consents-0-status": "accepted"}
    fill("profile_change", profile.pk, **rows)


def with_module() -> Profile:
    ModuleFactory(slug="game")
    return zoe()


def two_people() -> tuple[Profile, Profile, Any]:
    return zoe(), ProfileFactory(), ReferralModuleFactory()


CASES = [
    Case(
        "a profile is created",
        lambda: None,
        [(Kind.PROFILE_CREATED, "*", "")],
        {
            "shell": lambda _none: Profile(email="zoe@example.com").save(),
            "service": lambda _none: upsert_profile(cause=BY_API, email="zoe@example.com"),
            "form": lambda _none: fill("profile_add", email="zoe@example.com"),
            "import": lambda _none: upsert_profile(cause=BY_IMPORT, email="zoe@example.com"),
            "api": lambda _none: call("/v2/customers", customer()),
        },
        {"profile.email": "zoe@example.com"},
    ),
    Case(
        "a field changes",
        lambda: zoe(city="Lyon"),
        [(Kind.FIELD_CHANGED, "city", "")],
        {
            "shell": move_to_paris,
            "service": lambda profile: change_fields(profile, values={"city": "Paris"}, cause=BY_API),
            "form": lambda profile: fill("profile_change", profile.pk, city="Paris"),
            "import": lambda profile: imported(profile, fields={"city": "Paris"}),
            "api": lambda _profile: call("/v2/customers", customer(city="Paris")),
            "workflow": lambda profile: run_action(
                profile, "set_field", {"field": "city", "mode": "value", "value": "Paris"}
            ),
        },
        {"field.name": "city", "field.old": "Lyon", "field.new": "Paris"},
    ),
    Case(
        "a custom value is set",
        with_field,
        [(Kind.FIELD_CHANGED, "custom.size", "")],
        {
            "shell": save_value,
            "service": lambda profile: set_value(profile, field=CustomField.objects.get(), value="39", cause=BY_API),
            "form": lambda profile: fill("profile_change", profile.pk, custom_size="39"),
            "import": lambda profile: imported(profile, custom={"size": "39"}),
            "api": lambda _profile: call("/v2/customers", customer(custom_fields={"size": "39"})),
            "workflow": lambda profile: run_action(
                profile, "set_field", {"field": "custom.size", "mode": "value", "value": "39"}
            ),
        },
        {"field.label": "Size", "field.old": None, "field.new": 39},
    ),
    Case(
        "a tag is added",
        lambda: (TagFactory(name="VIP"), zoe())[1],
        [(Kind.TAG_ADDED, "VIP", "")],
        {
            "shell": lambda profile: ProfileTag(profile=profile, tag=Tag.objects.get()).save(),
            "service": lambda profile: change_tags(profile, add=["vip"], cause=BY_API),
            "inline": inline_tag,
            "page": lambda profile: press("tags", profile, tag="VIP"),
            "action": lambda profile: act("add_tag", profile, tag="vip"),
            "import": lambda profile: imported(profile, tags_add=["vip"]),
            "api": lambda _profile: call("/v2/customers", customer(add_tag=["VIP"])),
            "workflow": lambda profile: run_action(profile, "add_tag", {"tag": "VIP"}),
        },
        {"tag.name": "VIP", "field.new": "VIP"},
    ),
    Case(
        "a tag is removed",
        tagged,
        [(Kind.TAG_REMOVED, "VIP", "")],
        {
            "shell": lambda profile: profile.tags.get().delete(),
            "service": lambda profile: change_tags(profile, remove=["VIP"], cause=BY_API),
            "inline": lambda profile: fill("profile_change", profile.pk, **{"tags-0-DELETE": "on"}),
            "page": lambda profile: press("tags", profile, tag="VIP", remove="1"),
            "action": lambda profile: act("remove_tag", profile, tag="vip"),
            "import": lambda profile: imported(profile, tags_remove=["vip"]),
            "api": lambda _profile: call("/v2/customers", customer(del_tag=["VIP"])),
            "workflow": lambda profile: run_action(profile, "remove_tag", {"tag": "VIP"}),
        },
        {"tag.name": "VIP", "field.old": "VIP"},
    ),
    Case(
        "a consent is accepted",
        with_definition,
        [(Kind.CONSENT_CHANGED, "NewsEmail", "")],
        {
            "shell": lambda profile: Consent(profile=profile, definition=definition(), status="accepted").save(),
            "service": lambda profile: set_consent(profile, definition=definition(), status="accepted", cause=BY_API),
            "inline": inline_consent,
            "page": lambda profile: press("consent", profile, definition=definition().pk, status="accepted"),
            "import": lambda profile: imported(profile, consents={"NewsEmail": "accepted"}),
            "api": lambda _profile: call(
                "/v2/consents", customer() | {"consent": {"consentTechName": "NewsEmail", "status": "accepted"}}
            ),
        },
        {"consent.status": "accepted", "consent.old_status": "unknown"},
    ),
    Case(
        "points move",
        zoe,
        [(Kind.MOVEMENT_MADE, "*", "")],
        {
            "shell": lambda profile: Movement(profile=profile, points=5, source="back_office").save(),
            "service": lambda profile: move_points(profile, points=5, cause=BY_API, source="api"),
            "page": lambda profile: press("points", profile, direction="give", points="5", reason="Sorry"),
            "import": lambda profile: move_points(profile, points=5, cause=BY_IMPORT, source="back_office"),
            "api": lambda _profile: call("/v2/cagnottes", customer() | {"cagnotte": {"amount": 5}}),
            "workflow": lambda profile: run_action(profile, "give_points", {"points": 5, "reason": ""}),
        },
        {"pot.points": 5, "pot.balance": 5, "spread.pot_amount_update": 5},
    ),
    Case(
        "somebody takes part and completes it",
        with_module,
        [(Kind.PARTICIPATION_STARTED, "*", "*"), (Kind.PARTICIPATION_COMPLETED, "*", "*")],
        {
            "shell": lambda profile: Participation(
                profile=profile, module=Module.objects.get(), is_complete=True
            ).save(),
            "service": lambda profile: took_part(profile, cause=BY_API),
            "import": lambda profile: took_part(profile, cause=BY_IMPORT),
            "form": lambda profile: fill(
                "participation_add",
                profile=profile.pk,
                module=Module.objects.get().pk,
                is_complete="on",
            ),
            "api": lambda _profile: call(
                "/v2/participations", customer() | {"participation": {"campaignId": "game", "complete": True}}
            ),
        },
        {"participation.complete": True},
    ),
    Case(
        "a referral begins",
        two_people,
        [(Kind.REFERRAL_CREATED, "*", "*")],
        {
            "shell": lambda them: Referral(sponsor=them[0], referee=them[1], module=them[2]).save(),
            "service": lambda them: start_referral(them[0], them[1], module=them[2], cause=BY_API),
            "form": lambda them: fill("referral_add", sponsor=them[0].pk, referee=them[1].pk, module=them[2].pk),
        },
        {"referral.status": "pending"},
    ),
]
