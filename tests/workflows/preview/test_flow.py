import pytest

from tests.factories.drafts import block, document, end, points, tag, trigger, wait
from workflows.preview.flow import BOX_WIDTH, LANE_GAP, flow_of, width_of, wrapped

pytestmark = pytest.mark.django_db


def boxes(flow, kind):
    return [box for box in flow.boxes if box.kind == kind]


def test_an_empty_exit_has_a_lane_of_its_own():
    flow = flow_of(document(block("c", yes=[tag()], no=[])))

    yes, no = boxes(flow, "action")[0], boxes(flow, "end")[1]
    assert abs(yes.middle - no.middle) == BOX_WIDTH + LANE_GAP
    assert {edge.label for edge in flow.edges} >= {"Yes", "No"}


def test_no_two_boxes_overlap_in_a_deep_tree():
    step = tag("t")
    for depth in range(5):
        step = block(f"c{depth}", yes=[wait(f"w{depth}"), step], no=[tag(f"n{depth}")])

    flow = flow_of(document(step))

    for at, one in enumerate(flow.boxes):
        assert one.x >= 0
        assert one.x + one.width <= flow.width
        for other in flow.boxes[at + 1 :]:
            is_beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert is_beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_a_path_that_ends_by_itself_has_no_second_end():
    flow = flow_of(document(tag(), end()))

    assert boxes(flow, "end") == []


def test_the_path_of_a_run_is_highlighted_to_where_it_ended():
    made = document(wait("w"), block("c", yes=[points("p")], no=[tag("t")]))

    flow = flow_of(made, states={"w": "waited", "c": "yes", "p": "done"}, is_over=True, trigger=0)

    taken = [edge for edge in flow.edges if edge.is_taken]
    assert len(taken) == 4
    assert [box.state for box in boxes(flow, "end")] == ["done", ""]
    assert [box.state for box in boxes(flow, "action")] == ["done", ""]


def test_a_live_run_is_highlighted_to_where_it_stands():
    flow = flow_of(document(tag("t"), wait("w"), points("p")), states={"t": "done", "w": "here"}, trigger=0)

    assert sum(edge.is_taken for edge in flow.edges) == 2
    assert boxes(flow, "control")[0].state == "here"


def test_two_triggers_meet_above_the_first_step():
    flow = flow_of(document(tag(), triggers=[trigger(), trigger("cart_updated")]))

    assert len(boxes(flow, "trigger")) == 2
    assert flow.width >= 2 * BOX_WIDTH


def test_the_width_of_a_tree_is_the_sum_of_its_lanes():
    assert width_of([block("c", yes=[block("d")], no=[])]) == 3 * BOX_WIDTH + 2 * LANE_GAP


def test_words_are_broken_and_cut():
    lines = wrapped("a sentence that is by far too long to stand in one box of the picture, and goes on and on")

    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert wrapped("x" * 100)[0] == "x" * 34
