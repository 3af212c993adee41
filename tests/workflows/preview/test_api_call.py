import json
import shlex
import subprocess

import pytest

from triggers.base import trigger_types
from workflows.preview.api_call import call_to_copy


def call(kind: str, **options: str):
    return call_to_copy(trigger_types[kind], options)


def test_the_call_for_curl_is_one_command_with_readable_json():
    words = shlex.split(call("api_call", identifier="welcome-back").curl.replace("\\\n", " "))

    assert words[:4] == ["curl", "-X", "POST", "http://testserver/api/v3/automations/trigger/welcome-back"]
    assert json.loads(words[-1])["customerEmail"] == "jane@example.com"


def test_carts_have_their_own_identifier_and_lines():
    made = call("cart_updated")

    assert made.address.endswith("/abandoned_cart")
    assert "cart_grandTotal" in made.curl


def test_a_trigger_that_no_call_reaches_has_none():
    assert call("sale_succeeded") is None


@pytest.mark.php
@pytest.mark.parametrize("kind", ["api_call", "cart_updated"])
def test_the_call_for_php_is_php(kind, tmp_path):
    path = tmp_path / "call.php"
    path.write_text("<?php\n" + call(kind, identifier="go").php)

    done = subprocess.run(["php", "-l", str(path)], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
