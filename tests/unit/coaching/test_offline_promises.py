"""What the offline coach promises, tried on questions with and without cues."""

from __future__ import annotations

import asyncio

import pytest
from evidence import check_evidence
from hypothesis import given, settings
from hypothesis import strategies as st
from rubrics import DEPLOY, MEDIUM, STORY, STRONG, TALE, WEAK, bank, page

from bot.bank.model import Bank, Question
from bot.coaching.coach import Coach
from bot.coaching.filler import FILLERS
from bot.coaching.language import stem
from bot.coaching.offline import OfflineCoach
from bot.coaching.reading import stems_in

COACH = OfflineCoach(bank())


def score(question: Question, answer: str, coach: OfflineCoach = COACH) -> int:
    return coach.judge(question, answer).score or 0


def test_order_of_answers_by_quality() -> None:
    strong, medium, weak = (COACH.judge(DEPLOY, answer) for answer in (STRONG, MEDIUM, WEAK))
    assert (strong.band, medium.band, weak.band) == ("yes", "strong_no", "strong_no")
    assert [flag.id for flag in weak.flags if flag.raised] == ["edit-live", "wait"]


def test_story_without_cues() -> None:
    assessment = COACH.judge(STORY, TALE)
    assert (assessment.band, [point.met for point in assessment.points]) == ("yes", ["met"] * 4)
    assert any(character.isdigit() for character in assessment.points[2].quotes[0])


def test_cut_answer_beats_weak_one() -> None:
    assert score(DEPLOY, " ".join(STRONG.split()[: len(WEAK.split())])) > score(DEPLOY, WEAK)


@pytest.mark.parametrize(("question", "answer"), [(DEPLOY, STRONG), (DEPLOY, MEDIUM), (DEPLOY, WEAK), (STORY, TALE)])
def test_padding_with_filler(question: Question, answer: str) -> None:
    gains = [score(question, f"{answer} {filler}") - score(question, answer) for filler in FILLERS]
    assert sum(gains) / len(gains) <= 5
    assert max(gains) < 12


def test_filler_alone_earns_next_to_nothing() -> None:
    assert max(score(question, filler) for question in (DEPLOY, STORY) for filler in FILLERS) <= 12


def test_never_do_this_before_every_sentence() -> None:
    answer = " ".join(f"I would never do this: {sentence}." for sentence in STRONG.rstrip(".").split(". "))
    assert score(DEPLOY, answer) <= 10


def test_repeating_an_answer_adds_nothing() -> None:
    assert score(DEPLOY, MEDIUM) >= score(DEPLOY, f"{MEDIUM} {MEDIUM} {MEDIUM}")


def test_flag_denied_is_not_raised() -> None:
    denied = STRONG + " I would not patch the code directly on the production servers."
    assert [flag.raised for flag in COACH.judge(DEPLOY, denied).flags] == [False, False]


def test_severe_flag_caps_the_band() -> None:
    raised = STRONG + " In a hurry I change the code directly on the production servers."
    assessment = COACH.judge(DEPLOY, raised)
    assert (assessment.band, assessment.flags[0].raised) == ("no", True)
    assert assessment.fix is not None
    assert "directly on the production servers" in assessment.fix


def test_probe_of_the_most_valuable_absent_point() -> None:
    assessment = COACH.judge(DEPLOY, MEDIUM)
    assert (DEPLOY.probes[0].ask, "tell") == (assessment.probe, assessment.probe_about)


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (
            "I would usually talk to my team and generally I would measure the service before I decide on a tool.",
            "one",
        ),
        (
            "We had chosen the wrong queue for our mails. We moved the traffic to another one, and our team was glad "
            "when we saw it settle.",
            "“We moved the traffic to another one”",
        ),
        (
            "I had chosen the wrong queue for mails at my last job, and I moved them to another one. In the end it was "
            "much faster than before.",
            "“In the end it was much faster than before”",
        ),
    ],
)
def test_probe_by_rule(answer: str, part: str) -> None:
    probe = COACH.judge(STORY, answer).probe
    assert probe is not None
    assert part.lower() in probe.lower() or "“We had chosen" in probe


def test_probe_never_tells_the_answer() -> None:
    """A general probe shares no word with the point that it is about."""
    real = page()
    coach = OfflineCoach(real)
    for question in real.questions.values():
        for other in real.questions.values():
            half = " ".join(other.example.split()[:60])
            assessment = coach.judge(question, half)
            told = {s for p in question.points if p.id == assessment.probe_about for s in stems_in(p.text)}
            own = told - set(stems_in(question.prompt)) - {stem(word) for word in ("specific", "time")}
            said = (assessment.probe or "").split("“")[0]
            assert set() == own & set(stems_in(said))


def test_real_page_own_rubric_first() -> None:
    """Each example of a real page scores 75 and "yes" on its own rubric, and no other question's beats it there."""
    real = page()
    coach = OfflineCoach(real)
    for question in real.questions.values():
        own = coach.judge(question, question.example)
        assert own.band in ("yes", "strong_yes")
        assert (own.score or 0) >= 75
        check_evidence(question.example, own)
        others = [score(question, q.example, coach) for q in real.questions.values() if q is not question]
        assert max(others) < (own.score or 0) - 20


def test_real_page_order_by_length_does_worse() -> None:
    """A long answer to another question loses against a short one to this: length alone would say the opposite."""
    real = list(page().questions.values())
    coach = OfflineCoach(Bank({question.id: question for question in real}))
    for question in real:
        short = " ".join(question.example.split()[:70])
        longer = next(q.example for q in real if q is not question)
        assert score(question, short, coach) > score(question, longer, coach)


@pytest.mark.parametrize(("question", "answer"), [(DEPLOY, STRONG), (DEPLOY, MEDIUM), (DEPLOY, WEAK), (STORY, TALE)])
def test_evidence_is_verbatim(question: Question, answer: str) -> None:
    check_evidence(answer, COACH.judge(question, answer))


_PIECES = st.sampled_from(
    [
        *STRONG.split(". "),
        *TALE.split(". "),
        *FILLERS,
        "\u202e",
        "👩🏽‍💻 ",
        "ﬁrst\u00a0of",
        "\x00",
        "\n- ",
        "١٢ ٪",
        "“",
        "e.g. ",
        "İ",
        "%",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=40), max_size=25), st.sampled_from([" ", "", ". ", "\n", ", "]))
@settings(max_examples=80, deadline=None)
def test_judge_of_any_text(pieces: list[str], joint: str) -> None:
    answer = joint.join(pieces)
    for question in (DEPLOY, STORY):
        check_evidence(answer, COACH.judge(question, answer))


def test_judge_of_twenty_thousand_characters() -> None:
    answer = " ".join(f"I would check metric {i} of service{i} and tell support." for i in range(500))[:20_000]
    check_evidence(answer, COACH.judge(DEPLOY, answer))


def test_coach_fits_the_port() -> None:
    coach: Coach = COACH
    assert COACH.judge(DEPLOY, STRONG) == asyncio.run(coach.assess(DEPLOY, STRONG))


def test_assess_leaves_the_event_loop_free() -> None:
    """Something else may run between the beginning and the end of a judgement."""

    async def run() -> list[str]:
        order: list[str] = []

        async def assess() -> None:
            await COACH.assess(DEPLOY, STRONG)
            order.append("assessed")

        async def other() -> None:
            order.append("other")

        await asyncio.gather(assess(), other())
        return order

    assert asyncio.run(run()) == ["other", "assessed"]


def test_coach_with_an_empty_bank_or_question() -> None:
    bare = Question("bare", "Why?", "mid", "technical", "x", "easy", points=())
    coach = OfflineCoach(Bank())
    assert (
        (result := coach.judge(bare, STRONG)).verdict,
        result.score,
        result.points,
    ) == ("assessed", 0, ())
    assert coach.judge(DEPLOY, STRONG).points[1].met == "met"


def test_question_of_the_same_id_is_compiled_anew() -> None:
    """A space may edit its own question: what was compiled before must not stay."""
    coach = OfflineCoach(bank())
    before = coach.judge(DEPLOY, STRONG)
    changed = Question(DEPLOY.id, DEPLOY.prompt, "mid", "incident", "x", "easy", points=DEPLOY.points[:1])
    assert (len(before.points), len(coach.judge(changed, STRONG).points)) == (5, 1)
