"""How long the offline coach takes, in processor time, and how little that grows with the bank."""

from __future__ import annotations

from random import Random
from statistics import median
from time import process_time

from bot.bank.model import Bank, Point, Question
from bot.coaching.offline import OfflineCoach

SMALL, LARGE = 40, 5_000
WORDS = 200
ANSWERS, TRIES = 60, 3
_SYLLABLES = (
    "ka",
    "lo",
    "min",
    "ter",
    "su",
    "pra",
    "den",
    "vol",
    "ish",
    "ban",
    "cor",
    "tel",
    "mu",
    "gri",
    "sto",
    "ple",
)
_GLUE = ("the", "and", "to", "of", "I", "we", "that", "with", "because", "then", "would", "a", "in", "it", "is", "was")
_WORK = ("customer", "deploy", "rollback", "latency", "metric", "team", "queue", "database", "test", "alarm", "release")


def measure() -> dict[str, float]:
    """Return the milliseconds of a judgement of 200 words with either bank, their ratio, and the time to construct."""
    small, large = _coach(SMALL), _coach(LARGE)
    at_small, at_large = _milliseconds(small[0], large[0], small[1])
    return {
        "grade_ms_40": at_small,
        "grade_ms_5000": at_large,
        "growth": at_large / at_small,
        "gate_ms": _gate_milliseconds(*small[:2]),
        "construct_ms_5000": large[2],
    }


def generated_bank(size: int) -> Bank:
    """Return a bank of made-up questions; every third has cues."""
    random = Random(1)  # the larger bank begins with the smaller one
    vocabulary = ["".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(3_000)] + list(_WORK) * 20
    questions = {}
    for number in range(size):
        points = tuple(
            Point(
                f"p{i}",
                _sentence(random, vocabulary, 16),
                "triage",
                cues=(" | ".join(random.sample(vocabulary, 5)) + " + " + " | ".join(random.sample(vocabulary, 5)),) * 2
                if number % 3 == 0
                else (),
            )
            for i in range(7)
        )
        questions[f"q{number}"] = Question(
            f"q{number}", _sentence(random, vocabulary, 40), "mid", "incident", "made", "medium", points
        )
    return Bank(questions)


def _sentence(random: Random, vocabulary: list[str], words: int) -> str:
    return " ".join(random.choice((random.choice(_GLUE), random.choice(vocabulary))) for _ in range(words)) + "."


def _coach(size: int) -> tuple[OfflineCoach, list[tuple[Question, str]], float]:
    bank = generated_bank(size)
    random = Random(7)
    questions = list(bank.questions.values())
    pairs = []
    for _ in range(ANSWERS):
        question = random.choice(questions[:SMALL])
        own = question.prompt.split() + [word for point in question.points for word in point.text.split()]
        pairs.append((question, " ".join(_sentence(random, [*own, *_WORK], 20) for _ in range(WORDS // 20))))
    started = process_time()
    coach = OfflineCoach(bank)
    return coach, pairs, (process_time() - started) * 1_000


def _milliseconds(small: OfflineCoach, large: OfflineCoach, pairs: list[tuple[Question, str]]) -> tuple[float, float]:
    """Judge the same answers by turns with either coach, so that a busy machine slows both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for question, answer in pairs:
        tries: tuple[list[float], list[float]] = ([], [])
        for _ in range(TRIES):
            tries[0].append(_judged(small, question, answer))
            tries[1].append(_judged(large, question, answer))
        for kept, tried in zip(times, tries, strict=True):
            kept.append(min(tried))
    return median(times[0]), median(times[1])


def _judged(coach: OfflineCoach, question: Question, answer: str) -> float:
    started = process_time()
    coach.judge(question, answer)
    return (process_time() - started) * 1_000


def _gate_milliseconds(coach: OfflineCoach, pairs: list[tuple[Question, str]]) -> float:
    times = []
    for question, answer in pairs:
        started = process_time()
        coach.gate(question, answer)
        times.append((process_time() - started) * 1_000)
    return median(times)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name} {value:.2f}")
