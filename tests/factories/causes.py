"""Who causes what in tests."""

from crm.cause import Cause, Origin

BY_HAND = Cause(Origin.BACK_OFFICE, actor="jo")
BY_API = Cause(Origin.API, actor="key")
BY_IMPORT = Cause(Origin.IMPORT, actor="file.csv")


def by_run(run_id: int = 1, *, workflow_id: int = 7, step_id: str = "s1", depth: int = 1) -> Cause:
    """Return the cause of a workflow's own action."""
    return Cause(Origin.WORKFLOW, workflow_id=workflow_id, run_id=run_id, step_id=step_id, depth=depth)
