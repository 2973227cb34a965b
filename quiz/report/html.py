"""The report as one HTML file: no script, nothing from elsewhere, and nothing of its foreign text is markup."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from typing import TYPE_CHECKING, Final

import jinja2
from markupsafe import Markup, escape

from quiz.report import charts, text
from quiz.score_text import percent

if TYPE_CHECKING:
    from quiz.report.model import Report

CODE: Final = re.compile(r"`([^`\n]+)`")
FILTERS: Final = {
    "line": text.one_line,
    "block": text.harmless,
    "share": lambda measure: text.held(text.share_told(measure)),
    "percent": lambda share: text.held(percent(share)),
    "minutes": lambda seconds: text.held(text.minutes_told(seconds)),
    "moment": text.moment,
}
WORDS: Final = {
    "recommended": text.recommended,
    "level_told": text.level_told,
    "estimate_told": text.estimate_told,
    "facts": text.facts,
    "marks": text.MARKS,
    "reaches": text.REACHES,
    "states": text.STATES,
    "nobody": text.NOBODY,
    "shown": text.SHOWN,
    "told": text.TOPICS,
    "section_chart": charts.section_chart,
    "level_chart": charts.level_chart,
    "geometry": charts,
}


def render_html(report: Report) -> str:
    """Return the page. Its policy allows its own style sheet, by its digest, and nothing else."""
    environment = make_environment()
    style = style_sheet(environment)
    page = environment.get_template("report.html.j2")
    return page.render(report=report, style=Markup(style), policy=policy(style)) + "\n"  # noqa: S704 - our own style sheet


@functools.cache
def make_environment() -> jinja2.Environment:
    """Return the templates, in which every text is escaped and a misspelt name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("quiz.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**FILTERS, "coded": coded}
    environment.globals |= WORDS
    return environment


def style_sheet(environment: jinja2.Environment) -> str:
    """Return the text of the style sheet, which is no template."""
    if environment.loader is None:
        raise RuntimeError("the templates have no place")
    return environment.loader.get_source(environment, "report.css")[0]


def policy(style: str) -> str:
    """Return the content security policy of a page with this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def coded(prose: str) -> Markup:
    """Return the bank's prose with what stands between backquotes as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(prose))))  # noqa: S704 - escaped before
