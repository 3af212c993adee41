from collections import Counter

import pytest
from django.utils import translation

from workflows.control import Split
from workflows.control.base import Leaving
from workflows.control.split import SplitForm


def branches(*weights: int) -> dict:
    config = {key: {"weight": weight, "name": key.upper()} for key, weight in zip("abcde", weights, strict=False)}
    return {**dict.fromkeys("abcde"), **config}


def way(profile: int, config: dict, step_id: str = "s1") -> str:
    return Split(config).choose(Leaving(step_id, profile))


def test_a_profile_always_goes_the_same_way_at_a_step():
    # what was chosen once is chosen for ever: these stand for all the customers who were split already
    assert "".join(way(profile, branches(1, 1, 1)) for profile in range(20)) == "acacabaabccccbabcbba"


def test_the_same_shares_in_other_numbers_change_nobody():
    assert all(way(profile, branches(1, 3)) == way(profile, branches(25, 75)) for profile in range(500))


def test_another_step_splits_anew():
    config = branches(1, 1)
    both = Counter((way(profile, config), way(profile, config, "s2")) for profile in range(4000))
    assert all(900 < count < 1100 for count in both.values())
    assert len(both) == 4


@pytest.mark.parametrize("weights", [(1, 1), (90, 10), (5, 3, 2), (1, 2, 3, 4, 5), (10_000, 1)])
def test_each_branch_gets_its_share(weights):
    number = 20_000
    counted = Counter(way(profile, branches(*weights)) for profile in range(number))
    for key, weight in zip("abcde", weights, strict=False):
        expected = weight / sum(weights)
        spread = (expected * (1 - expected) / number) ** 0.5
        assert abs(counted[key] / number - expected) <= 5 * spread


def test_it_says_its_shares_in_both_languages():
    with translation.override("en"):
        assert Split(branches(2, 1)).describe() == "Split by chance: A 66.7 % and B 33.3 %"
        assert Split(branches(1, 1)).describe() == "Split by chance: A 50 % and B 50 %"
    with translation.override("fr"):
        assert "66,7 %" in Split(branches(2, 1)).describe()


def test_what_its_form_accepts_is_what_it_shows_again():
    form = SplitForm.check_config(branches(70, 30))

    assert form.is_valid(), form.errors
    assert form.config() == branches(70, 30)
    assert SplitForm.check_config(form.config()).is_valid()
    assert 'value="70"' in str(SplitForm.from_config(form.config())["a"])


@pytest.mark.parametrize(
    "config",
    [
        {},
        branches(1),
        {"a": None, "b": {"weight": 1, "name": "B"}},
        {**branches(1, 1), "b": {"weight": 0, "name": "B"}},
        {**branches(1, 1), "b": {"weight": -1, "name": "B"}},
        {**branches(1, 1), "b": {"weight": 10**9, "name": "B"}},
        {**branches(1, 1), "b": {"weight": "x", "name": "B"}},
        {**branches(1, 1), "b": {"weight": 1, "name": ""}},
        {**branches(1, 1), "b": {"weight": 1, "name": " a "}},
        {**branches(1, 1), "b": {"weight": 1, "name": "x" * 41}},
        {**branches(1, 1), "b": {"weight": [1], "name": {"a": 1}}},
        {**branches(1, 1), "c": {"weight": 3, "name": ""}},
        {**branches(1, 1), "c": {"weight": None, "name": "C"}},
        {**branches(1, 1), "b": {"weight": 1, "name": "a\0b"}},
        {**branches(1, 1), "b": "B"},
        {**branches(1, 1), "b": []},
    ],
)
def test_branches_that_make_no_sense_are_refused(config):
    form = SplitForm.check_config(config)

    assert not form.is_valid()
    assert all(str(message) for messages in form.errors.values() for message in messages)


@pytest.mark.parametrize("config", [{}, {"a": 1}, {"a": {"name": {}}}, {"a": {"weight": 1}, "z": {"name": "Z"}}])
def test_its_exits_can_be_asked_of_any_config(config):
    assert set(Split(config).exits()) <= set("abcde")
