"""Shares of people, and how far they can be trusted.

Wilson's interval for one share; for the difference of two, Newcombe's interval out of both Wilson intervals and the
two-proportion z-test. All of it holds for people who came by chance and independently of one another.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

#: below so many people a share is not interpreted
ENOUGH = 100
#: so many of each kind (did, did not) must be expected in each group for two groups to be compared
LEAST_EXPECTED = 5
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many."""

    count: int
    people: int

    @property
    def rate(self) -> float:
        """The share, 0 of nobody."""
        return self.count / self.people if self.people else 0.0

    @property
    def is_early(self) -> bool:
        """Tell whether there are too few people to say anything."""
        return self.people < ENOUGH

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the rates between which the true one lies in so many of all cases (Wilson's score interval)."""
        if not self.people:
            return 0.0, 1.0
        z, n, rate = _z(level), self.people, self.rate
        middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two shares side by side; `difference` is the second less the first."""

    first: Share
    second: Share
    level: float = LEVEL

    @property
    def difference(self) -> float:
        """How much larger the second is."""
        return self.second.rate - self.first.rate

    @property
    def is_early(self) -> bool:
        """Tell whether there are too few people, or too few of one kind among them, to compare."""
        together = self._together()
        least = min(self.first.people, self.second.people) * min(together, 1 - together)
        return self.first.is_early or self.second.is_early or least < LEAST_EXPECTED

    def interval(self) -> tuple[float, float]:
        """Return the differences that are compatible with the figures (Newcombe's interval)."""
        (low1, high1), (low2, high2) = self.first.interval(self.level), self.second.interval(self.level)
        rate1, rate2 = self.first.rate, self.second.rate
        down = sqrt((rate2 - low2) ** 2 + (high1 - rate1) ** 2)
        up = sqrt((high2 - rate2) ** 2 + (rate1 - low1) ** 2)
        return self.difference - down, self.difference + up

    def chance(self) -> float:
        """Return how often a difference at least as large comes about where there is none (two-sided z-test)."""
        if not (self.first.people and self.second.people):
            return 1.0
        together = self._together()
        spread = sqrt(together * (1 - together) * (1 / self.first.people + 1 / self.second.people))
        return 2 * (1 - NormalDist().cdf(abs(self.difference) / spread)) if spread else 1.0

    def is_shown(self) -> bool:
        """Tell whether the figures show a difference at this level."""
        return not self.is_early and self.chance() < 1 - self.level

    def _together(self) -> float:
        people = self.first.people + self.second.people
        return (self.first.count + self.second.count) / people if people else 0.0


def compare_all(shares: list[Share], *, looks: int = 1) -> list[Comparison]:
    """Compare each share with the first; the level rises with the number of comparisons (Bonferroni).

    `looks` is how many times over the same people are compared, for different things.
    """
    number = max(1, (len(shares) - 1) * looks)
    return [Comparison(shares[0], other, 1 - (1 - LEVEL) / number) for other in shares[1:]]


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
