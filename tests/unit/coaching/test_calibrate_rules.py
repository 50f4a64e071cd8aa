"""Rules that came from answers graded by people: short honest writing, and concepts that need their matter."""

from __future__ import annotations

import pytest
from rubrics import bank

from bot.bank.model import Bank
from bot.coaching.calibrate import question_of
from bot.coaching.concepts import proved, triggered
from bot.coaching.cues import Index
from bot.coaching.gate import Reason
from bot.coaching.offline import OfflineCoach
from bot.coaching.reading import read

LOG = question_of(
    "replica",
    "How does a read replica of a database get its data?",
    ["The primary writes every change to a log.", "Say with numbers how far the replica may lag behind the primary."],
)
LINE = question_of("line", "What does a lock guard?", ["Shared state."])
COACH = OfflineCoach(Bank({**bank().questions, LOG.id: LOG, LINE.id: LINE}))


def reason(answer: str) -> Reason | None:
    refusal = COACH.gate(LOG, answer)
    return refusal.reason if refusal else None


@pytest.mark.parametrize(
    "answer",
    [
        "The primary passes each change on, and the replicas pass the log to those after them.",
        "Each write to the primary goes into the log and from there over the network to every replica of it.",
        "First comes the log on the primary, then a copy of each entry of it on the replicas, in the same order.",
    ],
)
def test_gate_lets_short_honest_writing_pass(answer: str) -> None:
    assert reason(answer) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Pass.", "do not know"),
        ("I'll pass on this, since replicas are something that we never had.", "do not know"),
        ("Pass, please, the replica is not what I have prepared for today.", "do not know"),
        ("primary and the replica and the change and the network and the entry and the order", "keywords"),
    ],
)
def test_gate_still_refuses(answer: str, expected: Reason) -> None:
    assert reason(answer) == expected


def test_gate_refuses_a_long_soup_with_varied_glue() -> None:
    words = ("primary", "replica", "change", "network", "entry", "order", "volume", "record", "commit", "buffer") * 3
    glue = ("of the", "in a", "with", "and", "for the", "on", "from", "by")
    soup = " ".join(f"{word} {glue[n % len(glue)]}" for n, word in enumerate(words))
    assert reason(soup) == "keywords"


def test_gate_asks_one_shared_word_of_a_question_of_one_line() -> None:
    answer = "It keeps two threads from a race on the same state, so that neither reads a half of it."
    assert COACH.gate(LINE, answer) is None


def test_judge_without_gate_assesses_what_the_gate_refuses() -> None:
    assert COACH.judge(LOG, "by a log of every change").verdict == "not_enough_evidence"
    assert COACH.judge_without_gate(LOG, "by a log of every change").verdict == "assessed"
    assert COACH.judge_without_gate(LOG, "").score == 0


def test_concept_counts_only_with_the_matter_where_knowledge_is_asked_for() -> None:
    about = "A replica behind the primary may lag 200 milliseconds in our cluster, and I alarm from 5 seconds on."
    foreign = "My sister bakes 200 loaves in her shop on 5 days of each week, and I carry them to the market."
    assert COACH.judge_without_gate(LOG, about).points[1].met == "met"
    assert COACH.judge_without_gate(LOG, foreign).points[1].met == "absent"


@pytest.mark.parametrize(
    ("point", "name", "proof", "no_proof"),
    [
        ("Own the mistake without blaming others.", "admit", "That was my fault alone.", "The fault was in the disk."),
        (
            "Find out why they resisted.",
            "listen",
            "I asked them why the old tool was dear to them.",
            "I ordered them to move.",
        ),
        ("Start small with a pilot.", "pilot", "We began with one team for a month.", "We moved everybody at once."),
        (
            "Limit the damage first.",
            "mitigate",
            "I restored the rows from the backup of the night.",
            "I wrote a long mail.",
        ),
        (
            "Say how it is done differently since.",
            "learning",
            "Since then I read the plan aloud.",
            "It rained on that day.",
        ),
    ],
)
def test_concept_is_asked_for_and_proved(point: str, name: str, proof: str, no_proof: str) -> None:
    assert name in triggered(Index(read(point).sentences))
    assert proved(name, Index(read(proof).sentences)) == 1
    assert proved(name, Index(read(no_proof).sentences)) == 0
