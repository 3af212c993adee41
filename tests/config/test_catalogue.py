"""The catalogue that is written from the registries."""

import re

import pytest

from actions.base import action_types
from config import catalogue
from crm.conditions.base import condition_types
from triggers.base import trigger_types
from workflows.control.base import control_types

TYPES = [*trigger_types, *condition_types, *control_types, *action_types]


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.kind)
def test_every_type_says_its_id(cls: type) -> None:
    assert catalogue.id_of(cls)


def test_the_page_lists_every_type_with_its_options_and_where_it_is_offered() -> None:
    lines = catalogue.written().splitlines()
    assert "| A5 | Give points on order | Donner des points sur commande | " in "\n".join(lines)
    [points] = [line for line in lines if line.startswith("| A6 | Give points ")]
    assert points.endswith("| Points · Reason | every workflow, not with T7 |")
    assert len([line for line in lines if re.match(r"\| [TCKA]\d", line)]) == len(TYPES)
