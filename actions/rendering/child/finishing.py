"""From what a marketer writes to HTML that mail programs show: MJML, inlined styles, preheader."""

import html as entities
import re

import css_inline
import mrml

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_link_tags=True)
#: No web fonts: a mail fetches nothing but its pictures.
_MJML = mrml.RenderOptions(fonts={})
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_MJML_ROOT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<mjml\b", re.DOTALL | re.IGNORECASE)
_LIQUID = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_HIDDEN = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all"
#: Fills the preview line, so that a mail program does not go on with the first words of the body.
_FILLER = "&#847;&zwnj;&nbsp;" * 40


class BadMarkup(Exception):
    """The MJML cannot be read; the message says what and where."""


def finish(html: str, preheader: str = "") -> str:
    """Return HTML ready to be sent; `preheader` is HTML already."""
    if _MJML_ROOT.match(html):
        try:
            html = mrml.to_html(html.strip(), render_options=_MJML).content
        except OSError as error:
            raise BadMarkup(str(error)) from error
    if "<style" in html.lower():
        try:
            html = _INLINER.inline(html)
        except (css_inline.InlineError, ValueError) as error:
            raise BadMarkup(str(error)) from error
    return insert_preheader(html, preheader) if preheader else html


def insert_preheader(html: str, preheader: str) -> str:
    """Put the line that inboxes show behind the subject at the top of the body, where it is not seen."""
    hidden = f'<div data-preheader style="{_HIDDEN}">{preheader}{_FILLER}</div>'
    body = _BODY.search(html)
    at = body.end() if body else 0
    return html[:at] + hidden + html[at:]


def escape_around_tags(text: str) -> str:
    """Return a plain text as HTML, its Liquid tags untouched."""
    parts = _LIQUID.split(text)
    return "".join(part if i % 2 else entities.escape(part, quote=False) for i, part in enumerate(parts))
