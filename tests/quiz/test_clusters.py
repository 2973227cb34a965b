"""Clusters: which points are scheduled together, and which of them a part asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.content import find_content
from quiz.bank import read_bank
from quiz.clusters import clusters, slug, weak, whole

if TYPE_CHECKING:
    from quiz.bank import Bank


def test_points_of_a_group_and_a_level_are_a_cluster(bank: Bank) -> None:
    """Groups and levels part a question's own points; a follow-up is a cluster whatever its levels."""
    found = {cluster.id: [point.id for point in cluster.points] for cluster in clusters(bank.item("q2"))}
    assert found == {
        "q2/for-it-junior": ["types"],
        "q2/for-it-mid": ["injection"],
        "q2/against-it-senior": ["hidden"],
        "q2/when": ["reports"],
    }
    assert [cluster.id for cluster in clusters(bank.item("q1"))] == ["q1/junior", "q1/mid", "q1/forgotten"]


def test_a_whole_question_has_a_part_for_each_follow_up(bank: Bank) -> None:
    """First come the question's own points in their order, then each follow-up with its prompt."""
    own, further = whole(bank.item("q1"))
    assert own.whole
    assert not further.whole
    assert [point.id for point in own.points] == ["generator", "finally", "connection"]
    assert own.prompt == bank.item("q1").prompt
    assert further.prompt == "And if the last block had been forgotten?"
    assert [point.id for point in further.points] == ["leak", "collector"]


def test_weak_clusters_are_asked_alone(bank: Bank) -> None:
    """Of a question's own points only the weak ones are asked, and follow-ups only if they are weak."""
    (part,) = weak(bank.item("q2"), ["q2/against-it-senior", "q2/for-it-junior"])
    assert [point.id for point in part.points] == ["types", "hidden"]
    assert not part.whole
    (further,) = weak(bank.item("q2"), ["q2/when"])
    assert further.follow_up is bank.item("q2").follow_ups[0]


def test_no_two_clusters_of_the_bank_share_an_id() -> None:
    """Ids are keys of the records: short enough, each once, and none is a question's."""
    bank = read_bank(find_content().questions)
    ids = [cluster.id for item in bank.items.values() for cluster in clusters(item)]
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(bank.items)
    assert max(map(len, ids)) <= 64
    for item in bank.items.values():
        assert sorted(point.id for cluster in clusters(item) for point in cluster.points) == sorted(
            point.id for point in item.every_point
        )


def test_a_title_becomes_a_part_of_an_id() -> None:
    """Letters and digits stay, everything between is one hyphen."""
    assert slug("End-to-end tests (E2E)") == "end-to-end-tests-e2e"
