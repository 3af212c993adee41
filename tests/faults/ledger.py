"""The judge: what the database and the logs of the sinks say of one scenario, read past all code of ours."""

import uuid
from collections import Counter
from collections.abc import Sequence

from actions.sending.mail import GROUP
from benchmarks.sinks.log import read_log
from tests.faults.shop import EVENTS, Shop

#: the steps of each workflow that every run passes, and the points that it gives
STEPS = {"Reward": ("c", "p", "t", "m"), "Tell": ("w",), "Left": ("p", "m")}
POINTS = {"Reward": 5, "Tell": 0, "Left": 1}
CHANNEL = {"Reward": "email", "Tell": "webhook", "Left": "email"}


class Ledger:
    """All that became of what a shop called in a scenario."""

    def __init__(self, shop: Shop, *, kind: str = "api_called", workflows: Sequence[str] = ("Reward", "Tell")) -> None:
        self.shop, self.house, self.workflows = shop, shop.house, workflows
        house, name = shop.house, shop.name
        self.events = house.rows(
            "SELECT id, key, handled_at, error FROM triggers_event WHERE kind = ? AND key LIKE ?", kind, f"{name}-%"
        )
        self.parked_events = {row[0] for row in self.events if row[3]}
        mine = "SELECT id FROM triggers_event WHERE kind = ? AND key LIKE ?"
        self.entries = house.rows(
            f"SELECT event_id, outcome, run_id FROM workflows_entry WHERE event_id IN ({mine})", kind, f"{name}-%"
        )
        self.runs = {
            row[0]: row[1:]
            for row in house.rows(
                "SELECT r.id, w.name, r.status, r.reason, r.error, r.event_id FROM workflows_run r"
                f" JOIN workflows_workflow w ON w.id = r.workflow_id WHERE r.event_id IN ({mine})",
                kind,
                f"{name}-%",
            )
        }
        of_runs = f"run_id IN (SELECT id FROM workflows_run WHERE event_id IN ({mine}))"
        self.parked_runs = {run for run, row in self.runs.items() if row[2] == "parked"}
        self.journal = house.rows(
            f"SELECT run_id, step_id, outcome FROM workflows_journal WHERE {of_runs}", kind, f"{name}-%"
        )
        self.movements = house.rows(f"SELECT run_id, points FROM crm_movement WHERE {of_runs}", kind, f"{name}-%")
        self.deliveries = house.rows(
            f"SELECT uid, channel, status, reason, run_id FROM actions_delivery WHERE {of_runs}", kind, f"{name}-%"
        )

    def judge(self, *, mail_kills: int) -> None:
        """Assert every promise that has to do with faults."""
        self.check_events()
        self.check_effects()
        self.check_mails(mail_kills)
        self.check_calls()
        assert self.house.reconcile() == []

    def check_events(self) -> None:
        """Every event is handled and started one run of each workflow."""
        assert len(self.events) == len({row[1] for row in self.events}) == self.shop.accepted >= EVENTS
        assert all(row[2] is not None for row in self.events)
        fine = {row[0] for row in self.events} - self.parked_events
        started = Counter((event, self.runs[run][0]) for event, outcome, run in self.entries if outcome == "started")
        assert started == Counter((event, workflow) for event in fine for workflow in self.workflows)
        assert len(self.entries) == len(self.runs) == len(started)

    def check_effects(self) -> None:
        """Every run did each of its steps once: journal, points, tags; one that is parked did some of them once."""
        done = Counter((run, step) for run, step, _outcome in self.journal)
        wanted = Counter((run, step) for run, row in self.runs.items() for step in STEPS[row[0]])
        assert {run for run, _step in (wanted - done)} <= self.parked_runs
        assert not done - wanted
        given = Counter({run: POINTS[row[0]] for run, row in self.runs.items() if POINTS[row[0]]})
        assert given.keys() - dict(self.movements).keys() <= self.parked_runs
        assert not Counter(dict(self.movements)) - given
        assert len(self.movements) == len(dict(self.movements))
        wanted = "FROM crm_profiletag t JOIN crm_tag n ON n.id = t.tag_id AND n.key = 'buyer'"
        [(tags, profiles)] = self.house.rows(f"SELECT count(*), count(DISTINCT t.profile_id) {wanted}")
        [(told,)] = self.house.rows("SELECT count(*) FROM triggers_event WHERE kind = 'tag_added' AND name = 'buyer'")
        assert tags == profiles == told

    def check_mails(self, kills: int) -> None:
        """No mail left twice, and each is accounted for: accepted, unknown, failed or skipped."""
        mails = {uuid.UUID(str(row[0])): row[2] for row in self.deliveries if row[1] == "email"}
        accepted = Counter(self.accepted())
        assert not [uid for uid, times in accepted.items() if times > 1]
        mine = accepted.keys() & mails.keys()
        by_status = Counter(mails.values())
        unknown = {uid for uid, status in mails.items() if status == "unknown"}
        assert {uid for uid in mine if uid not in unknown} == {uid for uid, status in mails.items() if status == "sent"}
        counted = len(mine) + len(unknown - mine) + by_status["failed"] + by_status["skipped"]
        assert len(mails) == self.planned("email") == counted
        assert by_status["skipped"] > 0
        assert by_status["failed"] > 0
        assert len(unknown) <= kills * GROUP

    def check_calls(self) -> None:
        """Every webhook was accepted, also one that was repeated with its id; but for what is parked."""
        called = {uuid.UUID(entry["headers"]["webhook-id"]) for entry in read_log(self.house.http_sink.log)}
        calls = {uuid.UUID(str(row[0])): row[2:4] for row in self.deliveries if row[1] == "webhook"}
        assert len(calls) == self.planned("webhook")
        for uid, (status, reason) in calls.items():
            assert (status, uid in called) == ("sent", True) or reason == "poison"

    def planned(self, channel: str) -> int:
        """Count the deliveries that the runs should have planned; one that is parked may have come so far."""
        known = {row[4] for row in self.deliveries if row[1] == channel}
        mine = {run for run, row in self.runs.items() if CHANNEL[row[0]] == channel}
        return len(mine - (self.parked_runs - known))

    def accepted(self) -> list[uuid.UUID]:
        """Return the deliveries whose mails the SMTP sink accepted, once for each time."""
        ids = [entry["message_id"].strip("<>").partition("@")[0] for entry in self.house.accepted()]
        return [uuid.UUID(each) for each in ids]
