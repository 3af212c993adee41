"""How long an SMS is: on the server, and as one writes."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings

from actions.channels.sms_text import size_of, with_stop, without_tags

SCRIPT = Path(settings.BASE_DIR) / "actions/static/actions/sms.js"
#: text → alphabet, places, parts
CASES = [
    ("", ("GSM-7", 0, 0)),
    ("Hello", ("GSM-7", 5, 1)),
    ("é à ù ö ß Ω @ £ ¥", ("GSM-7", 17, 1)),
    ("a" * 160, ("GSM-7", 160, 1)),
    ("a" * 161, ("GSM-7", 161, 2)),
    ("a" * 306, ("GSM-7", 306, 2)),
    ("a" * 307, ("GSM-7", 307, 3)),
    ("€", ("GSM-7", 2, 1)),
    ("^{}\\[~]|€", ("GSM-7", 18, 1)),
    ("a" * 159 + "€", ("GSM-7", 161, 2)),
    # an escape and its character are not torn apart: 152 + 2 do not fit into a part
    ("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3)),
    ("ê", ("UCS-2", 1, 1)),
    ("ç", ("UCS-2", 1, 1)),
    ("ê" * 70, ("UCS-2", 70, 1)),
    ("ê" * 71, ("UCS-2", 71, 2)),
    ("ê" * 134, ("UCS-2", 134, 2)),
    ("ê" * 135, ("UCS-2", 135, 3)),
    ("😀", ("UCS-2", 2, 1)),
    ("a" * 69 + "😀", ("UCS-2", 71, 2)),
    # nor is a pair of surrogates
    ("a" * 66 + "😀" + "a" * 66, ("UCS-2", 134, 3)),
    ("l’été", ("UCS-2", 5, 1)),
    ("line\nfeed\r\n", ("GSM-7", 11, 1)),
]


@pytest.mark.parametrize(("text", "size"), CASES)
def test_a_text_is_counted_as_it_is_sent(text: str, size: tuple[str, int, int]) -> None:
    found = size_of(text)
    assert (found.alphabet, found.units, found.parts) == size


def test_the_room_is_that_of_all_parts() -> None:
    assert [size_of(text).room for text in ("a", "a" * 161, "ê", "ê" * 71)] == [160, 306, 70, 134]


def test_merge_tags_are_not_counted() -> None:
    assert without_tags("A {{ profile.first_name }}{% if x %}b{% endif %} c") == "A b c"


def test_how_to_stop_is_added_once_in_the_language_of_the_text() -> None:
    assert with_stop("Hello", "STOP 36180", "fr") == "Hello\nSTOP 36180"
    assert with_stop("Hello STOP 36180", "STOP 36180", "fr") == "Hello STOP 36180"
    assert with_stop("Hello", "", "en") == "Hello\nSTOP: reply STOP"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_script_in_the_page_counts_alike() -> None:
    code = f"""
        const {{ smsSize, smsCounted }} = require({json.dumps(str(SCRIPT))});
        const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const tagged = smsCounted("A {{{{ x }}}}{{% if y %}}b{{% endif %}} c", "STOP");
        console.log(JSON.stringify([texts.map(smsSize), tagged]));
    """
    texts = [text for text, _size in CASES]
    done = subprocess.run(["node", "-e", code], input=json.dumps(texts), capture_output=True, text=True, check=True)
    sizes, tagged = json.loads(done.stdout)
    assert [(size["alphabet"], size["units"], size["parts"]) for size in sizes] == [size for _text, size in CASES]
    assert [size["room"] for size in sizes] == [size_of(text).room for text in texts]
    assert tagged == "A b c\nSTOP"


def test_tags_that_are_never_closed_are_counted_and_take_no_time() -> None:
    began = time.process_time()
    for text in ("{{" * 50_000, "{%" * 50_000, "{{ a" * 30_000 + "%}"):
        assert without_tags(text) == text
    assert without_tags("a {{ x }}{% if y %}b{{ z {% }} c {{ d") == "a b c {{ d"
    assert time.process_time() - began < 1
