"""Makes the pictures of the documentation: `python docs/make_pictures.py`, in the environment of CONTRIBUTING.md.

`pictures/check.svg` shows a real check, of a submission with one common mistake, as a terminal shows it.
"""  # noqa: INP001 - a script

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from checker.catalog import Catalog
from checker.check import Check, Request
from checker.renderers.human import render_human
from checker.start import MARKER
from checker.variants import subjects
from checker.verdict import Result, Status, with_hints

if TYPE_CHECKING:
    from checker.variants import Subject

PICTURES: Final = Path(__file__).parent / "pictures"
KATA: Final = "task2"
MISTAKE: Final = "bad/linear-waits"
COLUMNS: Final = 80  # as wide as a page of the repository shows it in a readable size

# rich's own format fetches a font from a host; this one takes what the reader's machine has. Every run of text is
# stretched to its columns, so that any monospaced font will do.
SVG: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(text: str, title: str) -> str:
    """Return an SVG of a terminal that shows `text`, which may hold escape sequences for colour and weight."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text.rstrip()))
    drawn = console.export_svg(title=title, theme=SVG_EXPORT_THEME, code_format=SVG)
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


def find_subject(catalog: Catalog) -> Subject:
    """Return the submission that is shown."""
    return next(subject for subject in subjects(catalog, KATA) if subject.name == MISTAKE)


def checked(catalog: Catalog, subject: Subject) -> str:
    """Check a submission for real and return what a terminal gets."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = subject.write(Path(folder) / KATA)
        (path / MARKER).write_text(yaml.safe_dump({"kata": KATA}), encoding="utf-8")
        verdict = with_hints(Check(catalog).verdict(Request(KATA, path)), {})
    failed = {one.requirement.id for one in verdict.requirements if one.status is Status.FAIL}
    if verdict.result is not Result.FAIL or failed != subject.failing:
        raise SystemExit(f"{MISTAKE}: {verdict.result} ({verdict.cause}), failing {failed}: no picture of that")
    return render_human([verdict], width=COLUMNS, color=True)


def main() -> None:
    """Make every picture."""
    catalog = Catalog()
    text = checked(catalog, find_subject(catalog))
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "check.svg").write_text(draw(text, "workbench check"), encoding="utf-8")


if __name__ == "__main__":
    main()
