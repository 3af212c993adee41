"""Blocks with exits, whatever their type: the tree, the drafts, the words and the picture treat them alike."""

import pytest

from crm.errors import Refused
from tests.factories.drafts import block, document, tag, wait
from tests.factories.workflows import split, wait_for
from workflows.definition import parse
from workflows.drafts import Place, find, insert_step, move_step, places_for, remove_step, replace_step, steps_aside
from workflows.exits import exits_of
from workflows.preview.flow import BOX_WIDTH, LANE_GAP, flow_of, width_of
from workflows.preview.recap import outline
from workflows.shape import MAX_DEPTH, shape_problems
from workflows.upgrading import upgraded_document
from workflows.validation import check_document, clean_document, most_actions

pytestmark = pytest.mark.django_db


def ids(rows):
    return [row["id"] for row in rows]


def test_the_exits_of_each_type_of_block():
    assert list(exits_of(block("c"))) == ["yes", "no"]
    assert list(exits_of(wait_for())) == ["yes", "no"]
    assert exits_of(split([], [], [])) == {"a": "A", "b": "B", "c": "C"}
    assert exits_of(wait("w")) == exits_of(tag("t")) == {}


def test_a_tree_is_parsed_with_what_stands_behind_each_exit():
    definition = parse(document(split([tag("t")], [], [wait_for("ordered", no=[wait("w")])])))

    first = definition.first()
    assert definition.behind(first, "a").id == "t"
    assert definition.behind(first, "b") is None
    assert definition.behind(definition.behind(first, "c"), "no").id == "w"
    assert len(list(definition.walk())) == 4


def test_what_followed_goes_to_the_exit_that_is_asked_for_else_to_the_first():
    before = document(wait("w"), tag("t"))

    changed = insert_step(before, Place("", 1), split([], []), rest_to="b")
    unknown = insert_step(before, Place("", 1), split([], []), rest_to="no")

    assert ids(changed["steps"][1]["b"]) == ["t"]
    assert ids(unknown["steps"][1]["a"]) == ["t"]


def test_nothing_is_put_behind_a_block_with_exits():
    for last in (split([], []), wait_for()):
        with pytest.raises(Refused):
            insert_step(document(last), Place("", 1), tag())


def test_a_branch_that_is_taken_away_must_be_empty():
    three, two = split([tag("t")], [], [tag("u")], step_id="s"), split([], [], step_id="s")

    with pytest.raises(Refused, match="C"):
        replace_step(document(three), two)
    changed = replace_step(document({**three, "c": []}), two)

    assert ids(changed["steps"][0]["a"]) == ["t"]
    assert "c" not in changed["steps"][0]


def test_a_removed_split_leaves_the_steps_of_the_branch_that_is_kept():
    before = document(split([tag("t")], [tag("u")], step_id="s"))

    assert ids(remove_step(before, "s", keep="b")["steps"]) == ["u"]
    assert remove_step(before, "s", keep="e")["steps"] == []


def test_steps_move_into_and_out_of_every_exit():
    before = document(wait("w"), split([tag("t")], [wait_for("ordered", yes=[tag("y")])], [], step_id="s"))

    for step_id in ("w", "t", "y"):
        for place in places_for(before, step_id):
            assert find(move_step(before, step_id, place), step_id) is not None
    assert {place.branch for place in places_for(before, "w")} >= {"s.a", "s.b", "s.c"}
    assert steps_aside(before, "w")[1] == Place("s.a", 0)


def test_each_exit_has_a_lane_of_its_own():
    rows = [split([tag("t")], [], [split([], [])])]

    assert width_of(rows) == 4 * BOX_WIDTH + 3 * LANE_GAP
    flow = flow_of(document(*rows))
    assert {edge.label for edge in flow.edges} >= {"A", "B", "C"}
    for at, one in enumerate(flow.boxes):
        for other in flow.boxes[at + 1 :]:
            is_beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert is_beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_the_path_through_a_split_is_highlighted():
    flow = flow_of(
        document(split([tag("t")], [tag("u")], step_id="s")), states={"s": "b", "u": "done"}, is_over=True, trigger=0
    )

    assert [box.state for box in flow.boxes if box.kind == "action"] == ["", "done"]
    assert [box.state for box in flow.boxes if box.kind == "end"] == ["", "done"]


def test_the_outline_numbers_what_stands_behind_each_exit():
    numbers = [line.number or line.said.label for line in outline(document(split([tag("t")], [wait("w")])))]

    assert numbers == ["1", "A", "1.A.1", "B", "1.B.1"]


def test_a_whole_document_is_cleaned_with_its_exits_and_only_with_them():
    row = {**split([tag("t")], [tag("u")]), "yes": [tag("lost")], "e": [tag("lost too")]}

    cleaned = clean_document(document(row))["steps"][0]

    assert {key for key in cleaned if isinstance(cleaned[key], list)} == {"a", "b"}
    assert clean_document(upgraded_document(document(cleaned)))["steps"][0] == cleaned


def test_the_longest_path_goes_through_one_exit_only():
    assert most_actions([split([tag("1")], [tag("2"), tag("3")], [])]) == 2


def test_a_mistake_behind_an_exit_is_found():
    wrong = tag("bad", name="")

    found = check_document(document(split([tag("t")], [wait_for("ordered", no=[wrong])])))

    assert "bad" in {problem.step_id for problem in found}


@pytest.mark.parametrize("behind", [None, "x", 7, {}, [7], [[]], [{"id": "x"}], [{"id": "x", "type": "control"}]])
def test_what_is_no_list_of_steps_behind_an_exit_is_refused(behind):
    assert list(shape_problems(document({**split([], []), "a": behind})))


def test_blocks_in_blocks_have_an_end():
    row = wait_for()
    for _depth in range(MAX_DEPTH + 1):
        row = split([row], [])

    assert list(shape_problems(document(row)))
