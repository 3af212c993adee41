"""What tests of the pages share: a browser without a browser, and addresses."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories.people import UserFactory
from workflows.models import Workflow


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:workflows_workflow_{name}", args=args)


def visitor(**user: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(**user))
    return client


def post(client: Client, workflow: Workflow, url: str, *, follow: bool = True, **values: Any) -> Any:
    workflow.refresh_from_db()
    return client.post(url, {"revision": workflow.draft_revision, **values}, follow=follow)


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])
