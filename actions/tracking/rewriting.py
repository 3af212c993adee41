"""Put links of ours, and the picture that tells of an open, into the HTML of a mail: one pass, all else as it was."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings

from actions.guards import ASKING, purpose_of
from actions.models import Delivery
from actions.tracking.links import OPENS, Target, is_web, linker, pixel_url, written_links
from crm.models import Profile, Site

_TAG = re.compile(r"""<(?:a|area)\s(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
#: pages of ours whose links carry a right of their own, to be seen by nobody on the way; a sponsor's link is passed on,
#: and clicks of others are not the sponsor's
KEPT = re.compile(r"/(?:unsubscribe|preferences|confirm|pot|m/[^/?#]+/(?:by|link))/")
_MOST_KNOWN = 500
_FRAME = 'width="1" height="1" alt="" style="border:0"'
_PICTURE = re.compile(rf'<img src="[^"]*{OPENS}[\w~.=-]+\.gif" {_FRAME}>')


@dataclass(frozen=True, slots=True)
class Tag:
    """A link's tag: what stands before and behind its address, and where it leads."""

    before: str
    target: Target
    behind: str


@dataclass(slots=True)
class Rewriter:
    """Rewrites the mails of one content, whose tags are read once."""

    source: str
    known: dict[str, Tag | None] = field(default_factory=dict)

    def rewritten(self, markup: str, delivery_id: int) -> str:
        """Return the HTML with links that lead through ours, and the picture at its end."""
        known, link = self.known, linker(delivery_id)

        def through_us(match: re.Match[str]) -> str:
            whole = match[0]
            tag = known[whole] if whole in known else self._read(whole)
            return whole if tag is None else f"{tag.before}{link(tag.target)}{tag.behind}"

        return with_picture(_TAG.sub(through_us, markup), delivery_id)

    def _read(self, whole: str) -> Tag | None:
        """Read a tag, and keep it unless it was made for one person."""
        tag = read_tag(whole, written_links(self.source))
        if (tag is None or not tag.target.query) and len(self.known) < _MOST_KNOWN:
            self.known[whole] = tag
        return tag


@lru_cache(maxsize=64)
def rewriter_of(source: str) -> Rewriter:
    """Return what rewrites the mails made from this HTML; kept in this process."""
    return Rewriter(source)


def read_tag(tag: str, written: frozenset[str]) -> Tag | None:
    """Return the parts of a link's tag; None where it leads nowhere on the web, or shall not be followed."""
    found: tuple[int, int] | None = None
    for attribute in _ATTRIBUTE.finditer(tag, len("<a")):
        name = attribute[1].lower()
        at = next((group for group in (2, 3, 4) if attribute[group] is not None), 0)
        if name == "data-track" and at and attribute[at].strip().lower() == "no":
            return None
        if name == "href" and at and found is None:
            found = attribute.span(at)
    if found is None:
        return None
    url = html.unescape(tag[found[0] : found[1]]).strip()
    is_ours = url.startswith(settings.SITE_URL)
    if not is_web(url) or (is_ours and KEPT.match(url, len(settings.SITE_URL))):
        return None
    quoted = tag[found[0] - 1] in "\"'"
    quote = "" if quoted else '"'
    return Tag(tag[: found[0]] + quote, Target.of(url, is_written=url in written), quote + tag[found[1] :])


def with_picture(markup: str, delivery_id: int) -> str:
    """Put the picture at the end of the body."""
    picture = f'<img src="{pixel_url(delivery_id)}" {_FRAME}>'
    at = markup.rfind("</body>")
    if at < 0:
        at = markup.lower().rfind("</body>")
    return f"{markup}{picture}" if at < 0 else f"{markup[:at]}{picture}{markup[at:]}"


def without_picture(markup: str) -> str:
    """Return a mail as it was sent, without the picture: who looks at it in the back-office is not its reader."""
    return _PICTURE.sub("", markup)


def followed(deliveries: Iterable[Delivery], site: Site) -> set[int]:
    """Return the deliveries whose reading may be followed: one query for those who refuse it."""
    rows = [row for row in deliveries if purpose_of(row) in ASKING] if site.tracks_messages else []
    if not rows:
        return set()
    people = Profile.objects.filter(pk__in={row.profile_id for row in rows}, refuses_tracking=True)
    refusing = set(people.values_list("pk", flat=True))
    return {row.pk for row in rows if row.profile_id not in refusing}
