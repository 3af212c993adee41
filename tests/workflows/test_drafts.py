import pytest

from crm.errors import Refused
from tests.factories.drafts import block, document, end, points, tag, wait
from workflows.drafts import (
    Place,
    duplicate_step,
    find,
    insert_step,
    move_step,
    places_for,
    remove_step,
    replace_step,
    steps_aside,
)


def ids(rows):
    return [row["id"] for row in rows]


def test_a_step_is_inserted_between_two_others():
    changed = insert_step(document(wait("a"), wait("b")), Place("", 1), tag("new"))

    assert ids(changed["steps"]) == ["a", "new", "b"]


def test_the_document_given_stays_as_it_was():
    before = document(wait("a"))

    insert_step(before, Place("", 0), tag("new"))

    assert ids(before["steps"]) == ["a"]


@pytest.mark.parametrize("side", ["yes", "no"])
def test_what_followed_a_new_condition_goes_to_the_chosen_exit(side):
    changed = insert_step(document(wait("a"), tag("b"), tag("c")), Place("", 1), block("new"), rest_to=side)

    assert ids(changed["steps"]) == ["a", "new"]
    assert ids(changed["steps"][1][side]) == ["b", "c"]


def test_nothing_is_put_behind_a_condition_or_an_end():
    for last in (block("c"), end("e")):
        with pytest.raises(Refused):
            insert_step(document(last), Place("", 1), tag())


def test_an_end_is_not_put_before_other_steps():
    with pytest.raises(Refused):
        insert_step(document(tag("a")), Place("", 0), end())


def test_a_step_goes_into_an_exit():
    changed = insert_step(document(block("c")), Place("c.no", 0), tag("t"))

    assert ids(changed["steps"][0]["no"]) == ["t"]


def test_a_replaced_condition_keeps_its_exits():
    changed = replace_step(document(block("c", yes=[tag("t")])), {**block("c"), "mode": "any"})

    assert changed["steps"][0]["mode"] == "any"
    assert ids(changed["steps"][0]["yes"]) == ["t"]


@pytest.mark.parametrize(("keep", "left"), [("yes", ["a", "y"]), ("no", ["a", "n"]), ("", ["a"])])
def test_a_removed_condition_leaves_the_steps_of_the_exit_that_is_kept(keep, left):
    changed = remove_step(document(wait("a"), block("c", yes=[tag("y")], no=[tag("n")])), "c", keep=keep)

    assert ids(changed["steps"]) == left


def test_a_copy_has_an_id_of_its_own():
    changed = duplicate_step(document(tag("a"), wait("b")), "a")

    assert len({*ids(changed["steps"])}) == 3
    assert changed["steps"][1]["config"] == changed["steps"][0]["config"]


def test_a_step_moves_down_into_the_yes_of_the_condition_below_it():
    before = document(tag("t"), block("c", yes=[points("p")]))

    _up, down = steps_aside(before, "t")

    assert down == Place("c.yes", 0)
    assert ids(move_step(before, "t", down)["steps"][0]["yes"]) == ["t", "p"]


def test_the_first_step_of_an_exit_moves_up_before_its_condition():
    before = document(wait("w"), block("c", no=[tag("t")]))

    up, _down = steps_aside(before, "t")

    assert up is not None
    assert ids(move_step(before, "t", up)["steps"]) == ["w", "t", "c"]


def test_up_and_down_swap_neighbours():
    before = document(tag("a"), tag("b"), tag("c"))

    up, down = steps_aside(before, "b")

    assert ids(move_step(before, "b", up)["steps"]) == ["b", "a", "c"]
    assert ids(move_step(before, "b", down)["steps"]) == ["a", "c", "b"]


def test_the_last_step_of_an_exit_cannot_leave_it_downwards():
    assert steps_aside(document(block("c", yes=[tag("t")])), "t")[1] is None


def test_a_condition_cannot_be_moved_into_its_own_exit():
    before = document(block("c", yes=[tag("t")]))

    assert all(not place.branch.startswith("c.") for place in places_for(before, "c"))
    with pytest.raises(Refused):
        move_step(before, "c", Place("c.yes", 0))


def test_every_place_that_is_offered_can_be_taken():
    before = document(tag("a"), wait("b"), block("c", yes=[tag("d"), block("f", no=[end("g")])], no=[tag("h")]))

    for step_id in ("a", "b", "c", "d", "f", "g", "h"):
        for place in places_for(before, step_id):
            changed = move_step(before, step_id, place)
            assert find(changed, step_id) is not None
            assert len(list(_all(changed))) == 7


@pytest.mark.parametrize("written", ["", "x", "a.yes", "a.yes:", ":-1", ":99999999999"])
def test_a_place_that_nobody_offered_is_refused(written):
    with pytest.raises(Refused):
        Place.read(written)


def test_a_place_in_a_list_that_is_gone_is_refused():
    with pytest.raises(Refused):
        insert_step(document(tag("a")), Place("gone.yes", 0), tag("b"))


def _all(made):
    from workflows.drafts import all_steps

    return all_steps(made)
