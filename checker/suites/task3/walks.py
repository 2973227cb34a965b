"""Going from page to page: by the cursors alone, or by the links as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from checker.suites.task3.pages import Page, can_be_requested, readings

if TYPE_CHECKING:
    from checker.kit.tasks import TaskApi

MORE: Final = 3  # pages that are asked for beyond those that a walk should have
REFUSALS: Final = (400, 422)


@dataclass(frozen=True)
class Walk:
    """The pages that were shown, in the order of asking; `stopped` says why a link could not be followed."""

    query: Mapping[str, str]
    pages: list[Page] = field(default_factory=list)
    stopped: str = ""


@dataclass(frozen=True)
class Tour:
    """To the end by `next` as it stands, back to the start by `previous`, and one page on again from there."""

    forth: Walk
    back: Walk
    again: Walk


class Walker:
    """Asks for pages with one `limit` and `status`, either of which may be left out."""

    def __init__(self, api: TaskApi, **query: str | int) -> None:
        self.query = {name: str(value) for name, value in query.items()}
        self._api = api
        self._host = urlsplit(api.client.base).netloc
        self._paths: dict[
            str, str
        ] = {}  # of the links that were read, so that a page is not asked for in two ways again

    def first(self, **headers: str) -> Page:
        """Ask for the first page."""
        path = f"/tasks?{urlencode(self.query)}" if self.query else "/tasks"
        return Page(self._api.client.request("GET", path, headers=headers))

    def beside(self, page: Page, name: str, **headers: str) -> Page | None:
        """Ask for the page beside by the link's cursor; None where there is no link."""
        link = page.link_if_any(name)
        found = None
        for path in self._paths_of(link) if link else []:
            found = Page(self._api.client.request("GET", path, headers=headers))
            if found.reply.status not in REFUSALS:
                self._paths[link or ""] = path
                break
        return found

    def _paths_of(self, link: str) -> list[str]:
        return [self._paths[link]] if link in self._paths else readings(link, self.query)

    def walk(self, pages: int) -> Walk:
        """Follow the cursors from the first page until there is no next one, or an empty one, or far too many."""
        walk = Walk(self.query, [self.first()])
        while len(walk.pages) < pages + MORE and not walk.pages[-1].is_empty():
            following = self.beside(walk.pages[-1], "next")
            if following is None:
                break
            walk.pages.append(following)
        return walk

    def tour(self, pages: int) -> Tour:
        """Follow the links as they stand, there and back again."""
        forth = self.follow(self.first(), "next", pages)
        back = self.follow(forth.pages[-1], "previous", pages)
        again = self.follow(back.pages[-1], "next", 2)
        return Tour(forth, back, again)

    def follow(self, page: Page, name: str, pages: int) -> Walk:
        """Follow one kind of links from a page on, as they stand, for up to so many pages and a few more."""
        found, stopped = [page], ""
        while len(found) < pages + MORE and (link := found[-1].link_if_any(name)) is not None:
            if not can_be_requested(link, self._host):
                stopped = f"`{name}` is {link}"
                break
            found.append(Page(self._api.client.request("GET", link)))
        return Walk(self.query, found, stopped)
