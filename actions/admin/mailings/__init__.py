"""The back-office pages of newsletters and scenarios."""

from actions.admin.mailings import newsletters, scenarios
