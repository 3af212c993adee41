"""What the repository says about itself is true."""

import itertools
import re
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR


def test_every_setting_of_the_environment_is_described() -> None:
    described = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    sources = [ROOT / "config" / "settings.py", ROOT / "config" / "management" / "commands" / "supervise.py"]
    read = set()
    for source in sources:
        read |= set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', source.read_text()))
    assert read - described == {"DECLIC_ENV_FILE"}
    assert described <= read


def test_each_setting_has_a_sentence_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"#[A-Z_]+=", line):
            assert re.match(r"# \S.*\.$", above), line


def test_the_processes_of_the_procfile_are_commands() -> None:
    commands = {path.stem for path in (ROOT / "config" / "management" / "commands").glob("[a-z]*.py")}
    for line in (ROOT / "Procfile").read_text().splitlines():
        assert re.search(r"manage\.py (\w+)", line)[1] in commands  # type: ignore[index]
