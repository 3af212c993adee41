import random

import pytest

from workflows.proportions import Comparison, Share, compare_all


@pytest.mark.parametrize(
    ("count", "people", "low", "high"),
    # Wilson score intervals without continuity correction, as published (Newcombe 1998, table I)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_wilsons(count, people, low, high):
    assert Share(count, people).interval() == pytest.approx((low, high), abs=0.0001)


def test_the_interval_of_a_difference_is_newcombes():
    # Newcombe 1998 (II), example (a), method 10: 56/70 - 48/80
    low, high = Comparison(Share(48, 80), Share(56, 70)).interval()
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=0.0001)


def test_nobody_is_no_share_and_no_error():
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert Share(0, 0).is_early
    assert Comparison(Share(0, 0), Share(3, 10)).chance() == 1.0
    assert Comparison(Share(0, 0), Share(0, 0)).is_early


def test_few_people_are_too_early_to_tell():
    assert Share(50, 99).is_early
    assert not Share(50, 100).is_early


def test_many_people_of_whom_next_to_nobody_did_it_are_too_early_to_compare():
    assert Comparison(Share(0, 500), Share(4, 500)).is_early
    assert not Comparison(Share(0, 500), Share(4, 500)).is_shown()


def test_a_large_difference_is_shown_and_a_small_one_is_not():
    assert Comparison(Share(100, 1000), Share(160, 1000)).is_shown()
    assert not Comparison(Share(100, 1000), Share(110, 1000)).is_shown()


def test_several_comparisons_ask_for_more():
    shares = [Share(100, 1000), Share(130, 1000), Share(100, 1000)]
    assert Comparison(shares[0], shares[1]).is_shown()
    assert not compare_all(shares, looks=2)[0].is_shown()


def test_where_there_is_no_difference_one_is_shown_in_at_most_one_of_twenty_cases():
    chance = random.Random(1)

    def toss() -> Share:
        return Share(sum(chance.random() < 0.1 for _ in range(400)), 400)

    shown = sum(any(each.is_shown() for each in compare_all([toss(), toss(), toss()])) for _ in range(300))
    assert shown / 300 < 0.08
