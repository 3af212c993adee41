"""The builder: the tree of a draft beside one panel, in which a part of it is looked at or edited."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from actions.tracking.figures import Figures, figures_of_steps
from workflows.admin.builder.tree import tree_of
from workflows.admin.pages import WorkflowPage, posted_revision
from workflows.control.base import control_types
from workflows.drafts import Document
from workflows.freezing import freeze_cleaned
from workflows.integrations import switched_off
from workflows.messages import followed_steps
from workflows.models.workflow import Status
from workflows.preview.recap import control_icon, describe_settings, describe_trigger
from workflows.services.drafts import ChangedMeanwhile, save_draft
from workflows.validation import Reading


class BuilderPage(WorkflowPage):
    """A page of the builder; subclasses name their panel."""

    template_name = "workflows/builder/page.html"
    panel: ClassVar[str] = "workflows/builder/panel_none.html"

    @property
    def document(self) -> Document:
        """The draft."""
        draft: Document = self.workflow.draft
        return draft

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the workflow."""
        return self.builder()

    def builder(self, *, open_id: str = "", panel_title: str = "", **context: Any) -> HttpResponse:
        """Return the page with its panel."""
        document = self.document
        reading = Reading(document)
        problems = reading.problems
        is_live = self.workflow.status in (Status.ACTIVE, Status.PAUSED)
        return self.page(
            title=self.workflow.name,
            panel_title=panel_title,
            panel=self.panel,
            tree=tree_of(document, open_id=open_id, problems=problems, figures=self._figures(document)),
            triggers=[describe_trigger(row) for row in document.get("triggers", [])],
            settings_words=describe_settings(document),
            problems=[problem for problem in problems if not problem.step_id],
            problem_count=len(problems),
            last_change=self.workflow.draft_changes.select_related("changed_by").order_by("-revision").first(),
            is_live=is_live,
            switched_off=switched_off(self.workflow.version.definition) if is_live and self.workflow.version else [],
            is_changed=is_live and not self._is_version(reading),
            can_add_trigger=len(document.get("triggers", [])) < settings.WORKFLOW_MAX_TRIGGERS,
            controls=[(each.kind, each.label, control_icon(each), each.is_end) for each in control_types],
            **context,
        )

    def _figures(self, document: Document) -> dict[str, Figures]:
        """Return what became of the e-mails of each sending step."""
        if self.workflow.version is None:
            return {}
        return figures_of_steps(self.workflow.pk, [row["id"] for row in followed_steps(document)])

    def _is_version(self, reading: Reading) -> bool:
        """Tell whether the draft is what is live."""
        version = self.workflow.version
        if version is None or any(problem.code in ("shape", "form") for problem in reading.problems):
            return False
        return freeze_cleaned(reading.cleaned)[1] == version.digest

    def save(self, document: Document, summary: str) -> None:
        """Store the draft; raises ChangedMeanwhile when somebody else was quicker."""
        save_draft(
            self.workflow,
            document=document,
            revision=posted_revision(self.request),
            user=self.user,
            summary=summary,
        )
        self.log(_("Draft: %(what)s") % {"what": summary})

    def save_or_keep(self, change: Any, summary: str) -> bool:
        """Apply a change to the draft and store it; where it was changed meanwhile, say so and return False.

        The page is then shown again with what was typed, over the draft as it is now: sending it again saves it.
        """
        try:
            self.save(change(self.document), summary)
        except ChangedMeanwhile as error:
            messages.error(self.request, error.message)
            messages.info(self.request, _("What you typed is still below. Save again to put it over the new state."))
            return False
        return True
