"""What the documents of workflows refer to."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.models import Product, Template


@dataclass(frozen=True, slots=True)
class Means:
    """What the documents refer to."""

    templates: Mapping[str, Template]
    products: Mapping[str, Product]

    def scope(self, *references: str) -> list[str]:
        """Return a product scope."""
        return [str(self.products[reference].uid) for reference in references]
