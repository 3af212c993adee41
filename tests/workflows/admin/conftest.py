import pytest

from workflows.engine.live import forget


@pytest.fixture(autouse=True)
def _new_database():
    """Let go of versions that stood under the same ids in the database of an earlier test."""
    forget()
