"""The mails of the demo shop: one MJML file for each and language, put into the frame that all of them share.

A file begins with lines `name: value` (subject, preheader, title, colour); the body follows a line of dashes.
"""

from pathlib import Path

from config.demo.words import said
from crm.models import Template, TemplateText

FOLDER = Path(__file__).parent / "mails"
LANGUAGES = ("fr", "en")
SERVICE = frozenset({"payment_failed", "redeemed"})


def make_templates() -> dict[str, Template]:
    """Make the templates with their texts; returns them by the name of their file."""
    names = {
        "welcome": said("Welcome", "Bienvenue"),
        "welcome_again": said("Welcome, four days later", "Bienvenue, quatre jours après"),
        "cart": said("Cart reminder", "Relance de panier"),
        "cart_again": said("Cart reminder: free delivery", "Relance de panier : livraison offerte"),
        "thanks": said("Thank you for the first order", "Merci pour la première commande"),
        "winback": said("We miss you", "Vous nous manquez"),
        "brewing": said("How to brew a green tea", "Préparer un thé vert"),
        "club": said("Welcome to the Circle", "Bienvenue au Cercle"),
        "payment_failed": said("Payment failed", "Paiement échoué"),
        "redeemed": said("Points used in a shop", "Points utilisés en boutique"),
        "masterclass": said("Masterclass", "Masterclass"),
        "gift": said("Newsletter gift", "Cadeau de la newsletter"),
        "collection": said("Spring harvest", "Récoltes de printemps"),
        "birthday": said("Birthday wishes", "Vœux d’anniversaire"),
        "after_purchase": said("After a purchase", "Après un achat"),
        "candle": said("Candle care", "Entretien des bougies"),
    }
    made = {}
    for key, name in names.items():
        kind = Template.Kind.SERVICE if key in SERVICE else Template.Kind.MARKETING
        made[key] = Template.objects.create(name=name, kind=kind)
        for language in LANGUAGES:
            parts = read_mail(key, language, kind)
            TemplateText.objects.create(template=made[key], language=language, **parts)
    return made


def read_mail(key: str, language: str, kind: str) -> dict[str, str]:
    """Return subject, preheader and the whole MJML of a mail."""
    head, _dashes, body = (FOLDER / f"{key}.{language}.mjml").read_text(encoding="utf-8").partition("\n---\n")
    given = dict(line.split(": ", 1) for line in head.splitlines())
    footer = (FOLDER / f"footer.{kind}.{language}.mjml").read_text(encoding="utf-8")
    html = (FOLDER / "frame.mjml").read_text(encoding="utf-8")
    parts = {"language": language, "title": given["title"], "colour": given["colour"], "footer": footer, "body": body}
    for name, value in parts.items():
        html = html.replace(f"[[{name}]]", value.rstrip())
    return {"subject": given["subject"], "preheader": given["preheader"], "html": html}
