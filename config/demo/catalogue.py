"""What the demo shop sells."""

from crm.models import Category, Product

SHOP = "https://maison-brume.example"
_Kind = Product.OwnershipKind

CATEGORIES = {
    "teas": "Thés · Teas",
    "candles": "Bougies · Candles",
    "tableware": "Céramiques · Ceramics",
    "gifts": "Coffrets · Gift boxes",
    "learning": "Ateliers · Learning",
}
#: reference → name, category, price in cents, what buying it gives
PRODUCTS: dict[str, tuple[str, str, int, str]] = {
    "TEA-SENCHA": ("Sencha d’Uji", "teas", 1450, _Kind.NONE),
    "TEA-GYOKURO": ("Gyokuro Impérial", "teas", 3200, _Kind.NONE),
    "TEA-EARLGREY": ("Earl Grey Bergamote", "teas", 1190, _Kind.NONE),
    "TEA-DARJEELING": ("Darjeeling First Flush", "teas", 2150, _Kind.NONE),
    "TEA-OOLONG": ("Oolong des Brumes", "teas", 2480, _Kind.NONE),
    "TEA-VERBENA": ("Verveine du Velay", "teas", 980, _Kind.NONE),
    "CAN-FIG": ("Bougie Figuier", "candles", 3400, _Kind.NONE),
    "CAN-SMOKE": ("Bougie Feu de Bois", "candles", 3400, _Kind.NONE),
    "CER-CUP": ("Tasse bleue", "tableware", 2600, _Kind.NONE),
    "CER-POT": ("Théière Kyusu", "tableware", 6800, _Kind.NONE),
    "BOX-MORNING": ("Coffret Matin clair", "gifts", 4900, _Kind.NONE),
    "BOX-WINTER": ("Coffret Grand Hiver", "gifts", 8900, _Kind.NONE),
    "MASTERCLASS": ("Masterclass : le thé, enfin compris", "learning", 5900, _Kind.FOREVER),
    "CIRCLE": ("Carte du Cercle, un an", "learning", 3000, _Kind.UNTIL_REFUND),
}
#: what people put into their cart, more often the more often it stands here
POPULAR = (
    *("TEA-SENCHA", "TEA-EARLGREY", "TEA-VERBENA") * 4,
    *("TEA-DARJEELING", "TEA-OOLONG", "TEA-GYOKURO", "CAN-FIG", "CER-CUP") * 2,
    *("CAN-SMOKE", "CER-POT", "BOX-MORNING", "BOX-WINTER", "CIRCLE"),
)


def make_catalogue() -> dict[str, Product]:
    """Make categories and products; returns the products by reference."""
    categories = {
        reference: Category.objects.create(reference=reference, name=name) for reference, name in CATEGORIES.items()
    }
    return {
        reference: Product.objects.create(
            reference=reference,
            name=name,
            price=price,
            category=categories[category],
            ownership=ownership,
            url=f"{SHOP}/{reference.lower()}",
        )
        for reference, (name, category, price, ownership) in PRODUCTS.items()
    }
