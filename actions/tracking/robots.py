"""Who opens and clicks: people, or the machines of mailboxes that look at messages before people do."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: nobody opens a message, reads it and clicks within so long of its leaving
TOO_SOON = timedelta(seconds=5)
#: nor two different links within so long of each other
TOO_QUICK = timedelta(seconds=2)

NO_AGENT, PRIVACY_PROXY, IMAGE_PROXY, SCANNER, SOON, QUICK = (
    *("no_agent", "privacy_proxy", "image_proxy", "scanner"),
    *("too_soon", "too_quick"),
)
#: codes that are stored, and their words
WHY: Mapping[str, str | Promise] = {
    NO_AGENT: _("The program did not say its name."),
    PRIVACY_PROXY: _("Apple loads the pictures of every message, read or not."),
    IMAGE_PROXY: _("A mailbox provider loaded the pictures for its customer."),
    SCANNER: _("A known scanner or robot."),
    SOON: _("Within seconds of sending: nobody reads so fast."),
    QUICK: _("Several links within two seconds: nobody clicks so fast."),
}

_IMAGE_PROXIES = re.compile(r"GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem", re.IGNORECASE)
_SCANNERS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|scan|preview|prefetch|monitor|barracuda|mimecast|proofpoint|urldefense|safelinks|"
    r"bitdefender|symantec|messagelabs|brightmail|forcepoint|websense|trend ?micro|ironport|fireeye|trellix|mcafee|"
    r"sophos|zscaler|cloudmark|vade|abnormal|avanan|checkpoint|fortinet|fortiguard|kaspersky|virustotal|"
    r"Office Existence Discovery|headless|phantomjs|puppeteer|playwright|python|curl/|wget|go-http-client|java/|"
    r"libwww|http_?client|axios|node-fetch|facebookexternalhit|whatsapp/|skypeuripreview|google-safety|googledocs",
    re.IGNORECASE,
)


def why_machine(agent: str, *, sent_at: datetime | None, at: datetime) -> str:
    """Return how a machine is recognised, or empty for a person; a message not yet known as sent was just sent."""
    agent = agent.strip()
    if not agent:
        return NO_AGENT
    if agent == "Mozilla/5.0":
        return PRIVACY_PROXY
    if _IMAGE_PROXIES.search(agent):
        return IMAGE_PROXY
    if _SCANNERS.search(agent):
        return SCANNER
    return SOON if sent_at is None or at - sent_at < TOO_SOON else ""


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser or mail program fetches ahead of a person, and says so."""
    said = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")).lower()
    return "prefetch" in said or "preview" in said or "prerender" in said
