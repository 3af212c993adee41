"""One house for each database, over all scenarios; each of them judges its own events only."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.postgres import NoPostgres, postgres
from tests.faults.house import House, house

pytest.register_assert_rewrite("tests.faults.ledger")

HERE = Path(__file__).parent
#: both, unless told otherwise; a suite that runs on PostgreSQL has run on SQLite before
_OWN = "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "postgres,sqlite"
DATABASES = os.environ.get("FAULTS_DATABASES", _OWN).split(",")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all of them in one process of the suite, so that no two houses take each other's time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("faults"))


@pytest.fixture(scope="session", params=DATABASES)
def declic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the house on a database."""
    if request.param not in DATABASES:
        pytest.skip(f"FAULTS_DATABASES leaves {request.param} out")
    folder = tmp_path_factory.mktemp("h")
    if request.param == "sqlite":
        with house(folder) as opened:
            yield opened
        return
    try:
        with postgres() as server, house(folder, server) as opened:
            yield opened
    except NoPostgres as error:
        if "postgres" in os.environ.get("REQUIRE", ""):
            pytest.fail(f"REQUIRE=postgres forbids to skip this: {error}")
        pytest.skip(f"postgres: {error}")


@pytest.fixture(autouse=True)
def _left_in_order(declic: House) -> Iterator[None]:
    """Leave no order behind; what the processes said meanwhile is shown where a scenario fails."""
    before = len(declic.log)
    yield
    print(declic.log[before:][-20_000:])
    for path in declic.orders.iterdir():
        path.unlink()
