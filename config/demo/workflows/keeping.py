"""Workflows about people: welcome, points, consents, those who sleep."""

from config.demo.shop import TEAM
from config.demo.steps import Row, act, ask, at_most, document, end, fact, has_ordered, mail, trigger, wait
from config.demo.words import said
from config.demo.workflows.means import Means

#: the name that the tills call
REDEEM = "store_redeem"


def welcome(means: Means) -> Row:
    """Welcome who is new, and ask again after four days."""
    first = [
        mail("welcome", means.templates["welcome"]),
        act("tag", "add_tag", tag="welcomed"),
        wait("four-days", 4, "days"),
    ]
    later = ask("ordered", [has_ordered()], yes=[end("bought")], no=[mail("again", means.templates["welcome_again"])])
    origins = ["tracker", "module", "api", "back_office"]
    name = said("Welcome", "Bienvenue")
    return document(name, [trigger("profile_created", origins=origins)], [*first, later], limit=at_most(1))


def winback(means: Means) -> Row:
    """Win back who sleeps."""
    asleep = fact("changed_value", field="tags", side="new", operator="is", value="inactive")
    back = act("points", "give_points", points=100, reason=said("Good to see you again", "Heureux de vous revoir"))
    steps = [
        act("asleep", "set_field", field="custom.journey", mode="value", value="Asleep"),
        mail("miss", means.templates["winback"]),
        wait("a-week", 1, "weeks"),
        ask("back", [has_ordered(1, "weeks")], yes=[back], no=[end("still-asleep")]),
    ]
    return document(
        said("Win back sleeping customers", "Reconquête des clients endormis"),
        [trigger("profile_updated", fields_watched=["tags"])],
        [ask("is-asleep", [asleep], yes=steps, no=[end("other-tag")])],
    )


def circle(means: Means) -> Row:
    """Welcome who has 300 points."""
    team = act(
        "team",
        "notify_team",
        users=[],
        addresses=[TEAM],
        subject=said("New in the Circle: {{ profile.full_name }}", "Nouveau au Cercle : {{ profile.full_name }}"),
        text=said(
            "{{ profile.full_name }} ({{ profile.city }}) has {{ data.pot.balance }} points. Send a handwritten card!",
            "{{ profile.full_name }} ({{ profile.city }}) a {{ data.pot.balance }} points. Envoyez une carte !",
        ),
    )
    steps = [
        mail("mail", means.templates["club"]),
        act("tag", "add_tag", tag="circle"),
        act("ambassador", "set_field", field="custom.journey", mode="value", value="Ambassador"),
        team,
    ]
    newly = [fact("pot_balance", operator="gte", value=300), fact("has_tag", operator="none_of", value=["circle"])]
    return document(
        said("Circle: 300 points reached", "Cercle : 300 points atteints"),
        [trigger("pot_updated", sources=["workflow", "referral", "back_office"], direction="gains")],
        [ask("enough", newly, yes=steps)],
    )


def redeem(means: Means) -> Row:
    """Take points at the till."""
    reason = said("Used at the till", "Utilisés en boutique")
    return document(
        said("Points used in a shop", "Points utilisés en boutique"),
        [trigger("api_call", identifier=REDEEM, repeated="starts")],
        [
            act("take", "take_points", points=200, reason=reason),
            mail("mail", means.templates["redeemed"], ground="LegalBasisOptin"),
        ],
    )


def gift(means: Means) -> Row:
    """Thank for subscribing; paused by the story."""
    accepted = fact("consent_new_status", operator="is", value="accepted")
    first = fact("has_tag", operator="none_of", value=["thanked"])
    reason = said("Newsletter", "Newsletter")
    gift = [
        act("points", "give_points", points=20, reason=reason),
        act("tag", "add_tag", tag="thanked"),
        wait("an-hour", 1, "hours"),
        mail("mail", means.templates["gift"]),
    ]
    return document(
        said("Newsletter gift", "Cadeau de la newsletter"),
        [trigger("consent_updated", consents=["NewsEmail"], to_confirm=False)],
        [ask("accepted", [accepted, first], yes=gift, no=[end("no-gift")])],
    )
