"""Registry: the kinds that exist of something (triggers, actions, conditions, guards, panels), by name."""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Map a `kind` (a string that is stored and never changes) to a class; any app may register."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._classes: dict[str, type[T]] = {}

    def register(self, cls: type[T]) -> type[T]:
        """Register a class under its `kind`; a kind taken twice is a programming error found at import."""
        kind = getattr(cls, "kind", "")
        if not kind:
            raise ValueError(f"{cls.__qualname__} needs a kind to be a {self.noun}")
        if self._classes.get(kind, cls) is not cls:
            raise ValueError(f"{self.noun} {kind!r} is registered twice: {self._classes[kind]} and {cls}")
        self._classes[kind] = cls
        return cls

    def __getitem__(self, kind: str) -> type[T]:
        return self._classes[kind]

    def get(self, kind: str) -> type[T] | None:
        """Return the class of `kind`, or None."""
        return self._classes.get(kind)

    def __contains__(self, kind: object) -> bool:
        return kind in self._classes

    def __iter__(self) -> Iterator[type[T]]:
        """Iterate over the classes in the order in which they were registered."""
        return iter(self._classes.values())

    def __len__(self) -> int:
        return len(self._classes)

    def kinds(self) -> list[str]:
        """List the kinds in the order in which they were registered."""
        return list(self._classes)


def upgraded(cls: Any, row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return what a row of a document holds under `key` (its config, its options) as its type reads it now."""
    config, schema = dict(row.get(key, {})), row.get("schema", 1)
    return dict(cls.upgrade(config, schema)) if schema < cls.schema else config
