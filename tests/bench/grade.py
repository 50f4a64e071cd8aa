"""How long the offline coach takes, in processor time, and how little that grows with the bank."""

from __future__ import annotations

from random import Random
from statistics import median
from time import process_time

from bot.bank.model import Bank, Point, Question
from bot.coaching.offline import OfflineCoach

SIZES = SMALL, _, LARGE = 60, 1_000, 5_000
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
    """Return the milliseconds of a judgement of 200 words with banks of each size, and how they grow."""
    made = [_coach(size) for size in SIZES]
    times = _milliseconds([coach for coach, _, _ in made], made[0][1])
    return {
        **{f"grade_ms_{size}": time for size, time in zip(SIZES, times, strict=True)},
        "growth": times[-1] / times[0],
        "gate_ms": _gate_milliseconds(*made[0][:2]),
        f"construct_ms_{LARGE}": made[-1][2],
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


def _milliseconds(coaches: list[OfflineCoach], pairs: list[tuple[Question, str]]) -> list[float]:
    """Judge the same answers by turns with each coach, so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in coaches]
    for question, answer in pairs:
        for kept, coach in zip(times, coaches, strict=True):
            kept.append(min(_judged(coach, question, answer) for _ in range(TRIES)))
    return [median(kept) for kept in times]


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
