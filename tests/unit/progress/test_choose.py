from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.model import DIFFICULTIES, Difficulty
from bot.progress.choose import Candidate, Choice, MemberNeed, choose_for_group, choose_for_learner
from bot.progress.skills import Mastery

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)


def candidate(name: str, *skills: str, prompt: str = "", difficulty: Difficulty = "medium") -> Candidate:
    return Candidate(name, prompt or f"prompt {name}", skills, "mid", difficulty)


def unlike(one: str, other: str) -> float:
    return 0.0


def alike(*pairs: str) -> Callable[[str, str], float]:
    """Names of one letter: "ab" makes a and b paraphrases."""
    return lambda one, other: 0.6 if one + other in pairs or other + one in pairs else 0.59


def play(bank: list[Candidate], rounds: int, similar: Callable[[str, str], float] = unlike) -> str:
    asked: list[str] = []
    for _ in range(rounds):
        choice = choose_for_group(bank, [], asked, similar, lambda question: ord(question))
        assert choice is not None
        assert (choice.question_id in asked) == choice.repeats
        asked.append(choice.question_id)
    return "".join(asked)


# ---------------------------------------------------------------- for a group
def test_choice_without_candidates_is_none() -> None:
    assert choose_for_group([], [MemberNeed()], ["a"], unlike, "seed") is None


def test_choice_serves_the_largest_summed_need() -> None:
    bank = [candidate("a", "capacity"), candidate("b", "triage"), candidate("c", "numbers")]
    members = [
        MemberNeed({"capacity": 0.6}),
        MemberNeed({"triage": 0.5}),
        MemberNeed({"triage": 0.4, "capacity": 0.1}),
    ]
    assert Choice("b", "weak:triage", False) == choose_for_group(bank, members, [], unlike, "seed")


def test_choice_prefers_what_members_have_never_seen() -> None:
    bank = [candidate("a", "triage"), candidate("b", "triage"), candidate("c", prompt="twin")]
    members = [MemberNeed({}, frozenset({"a", "twin"})), MemberNeed({}, frozenset({"a"}))]
    assert Choice("b", "new", False) == choose_for_group(bank, members, [], unlike, "seed")


def test_choice_without_needs_is_any() -> None:
    assert Choice("a", "any", False) == choose_for_group([candidate("a", "x")], [], [], unlike, "seed")


def test_choice_breaks_ties_by_the_seed_alone() -> None:
    bank = [candidate(name) for name in "abcdefgh"]
    first = {choose_for_group(bank, [], [], unlike, f"seed {n}") for n in range(20)}
    again = {choose_for_group(bank[::-1], [], [], unlike, f"seed {n}") for n in range(20)}
    assert first == again
    assert len(first) > 3


def test_choice_begins_a_new_cycle_with_the_least_recently_asked() -> None:
    assert play([candidate(name) for name in "abc"], 8) == "abcabcab"


def test_choice_passes_over_paraphrases_unless_nothing_else_is_left() -> None:
    assert play([candidate(name) for name in "abcd"], 4, alike("ab", "ac")) == "adbc"
    twins = [candidate("a", prompt="same"), candidate("b", prompt="same"), candidate("c")]
    assert play(twins, 3) == "acb"


def test_choice_forgets_paraphrases_after_the_window() -> None:
    bank = [candidate(name) for name in "abcdef"]
    similar = alike("ab")
    expected = [Choice("c", "any", False), Choice("b", "any", False)]
    found = [choose_for_group(bank, [], list("ad"), similar, lambda q: ord(q), window=window) for window in (2, 1)]
    assert expected == found


def test_choice_of_a_chain_of_paraphrases_starves_nobody() -> None:
    found = play([candidate(name) for name in "abc"], 9, alike("ab", "bc"))
    assert [set("abc")] * 3 == [set(found[n : n + 3]) for n in (0, 3, 6)]


def test_choice_asks_new_questions_of_a_grown_bank_first() -> None:
    bank = [candidate(name) for name in "abc"]
    assert Choice("c", "any", False) == choose_for_group(bank, [], list("abab"), unlike, "seed")


names = st.text("abcdefghij", min_size=1, max_size=1)
banks = st.lists(
    st.builds(
        Candidate,
        question_id=names,
        prompt_key=st.sampled_from("xyz1234"),
        skills=st.lists(st.sampled_from(("s", "t", "u")), max_size=2, unique=True).map(tuple),
        level=st.just("mid"),
        difficulty=st.sampled_from(DIFFICULTIES),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda c: c.question_id,
)
groups = st.lists(
    st.builds(
        MemberNeed,
        weak=st.dictionaries(st.sampled_from(("s", "t", "u")), st.floats(0, 1)),
        seen=st.frozensets(st.one_of(names, st.sampled_from("xyz1234"))),
    ),
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(banks, groups, st.frozensets(st.tuples(names, names).map("".join), max_size=15), st.text(max_size=3))
def test_choice_repeats_nothing_within_a_cycle(
    bank: list[Candidate], members: list[MemberNeed], pairs: frozenset[str], seed: str
) -> None:
    asked: list[str] = []
    for round_ in range(3 * len(bank)):
        choice = choose_for_group(bank, members, asked, alike(*pairs), seed)
        assert choice is not None
        assert (round_ >= len(bank)) == choice.repeats
        asked.append(choice.question_id)
    assert {3} == set(Counter(asked).values())
    for start in range(0, len(asked), len(bank)):
        assert len(bank) == len(set(asked[start : start + len(bank)]))


@settings(max_examples=80, deadline=None)
@given(banks, groups)
def test_choice_has_the_largest_need_of_all(bank: list[Candidate], members: list[MemberNeed]) -> None:
    def worth(question: Candidate) -> float:
        return sum(
            sum(member.weak.get(skill, 0) for skill in question.skills)
            + (not member.seen & {question.question_id, question.prompt_key})
            for member in members
        )

    choice = choose_for_group(bank, members, [], unlike, "seed")
    assert choice is not None
    found = next(c for c in bank if c.question_id == choice.question_id)
    assert abs(max(map(worth, bank)) - worth(found)) < 1e-6


# ---------------------------------------------------------------- for one learner
WEAK = Mastery(0.2, 0.5, 6, NOW)
STRONG = Mastery(0.9, 0.4, 9, NOW)


def test_learner_gets_weak_skills_first_and_at_a_difficulty_within_reach() -> None:
    bank = [
        candidate("hard", "capacity", difficulty="hard"),
        candidate("easy", "capacity", difficulty="easy"),
        candidate("other", "triage"),
    ]
    found = choose_for_learner(bank, {"capacity": WEAK, "triage": STRONG}, {}, NOW, 1)
    assert found == ("easy",)


def test_learner_is_not_asked_what_was_seen_lately() -> None:
    bank = [candidate("a", "capacity"), candidate("b", "triage", prompt="p"), candidate("c", "triage", prompt="p")]
    seen = {"a": NOW - timedelta(days=2), "p": NOW - timedelta(days=40)}
    assert choose_for_learner(bank, {"capacity": WEAK, "triage": STRONG}, seen, NOW, 1)[0] in ("b", "c")


def test_learner_gets_questions_spread_over_skills_and_prompts() -> None:
    bank = [*(candidate(f"w{n}", "capacity") for n in range(5)), candidate("t", "triage"), candidate("u", "numbers")]
    bank += [candidate("t2", "triage", prompt="prompt t")]
    found = choose_for_learner(bank, {"capacity": WEAK}, {}, NOW, 3)
    skills = {c.question_id: c.skills[0] for c in bank}
    assert sorted(("capacity", "triage", "numbers")) == sorted(skills[question] for question in found)


def test_learner_with_weak_only_gets_nothing_else() -> None:
    bank = [candidate("a", "capacity", "triage"), candidate("b", "triage"), candidate("c")]
    assert choose_for_learner(bank, {"capacity": WEAK}, {}, NOW, 5, weak_only=True) == ("a",)
    assert choose_for_learner(bank, {"capacity": STRONG}, {}, NOW, 5, weak_only=True) == ()


masteries = st.dictionaries(
    st.sampled_from(("s", "t", "u")),
    st.builds(
        Mastery, mean=st.floats(0.02, 0.98), sd=st.floats(0.25, 1.25), evidence=st.integers(0, 9), updated=st.just(NOW)
    ),
)
histories = st.dictionaries(names, st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)))


@settings(max_examples=80, deadline=None)
@given(banks, masteries, histories, st.integers(0, 10), st.randoms(use_true_random=False))
def test_learner_gets_distinct_prompts_whatever_the_order_of_the_bank(bank, known, seen, n, random) -> None:  # type: ignore[no-untyped-def]
    found = choose_for_learner(bank, known, seen, NOW, n, seed="x")
    prompts = {c.question_id: c.prompt_key for c in bank}
    assert min(n, len(set(prompts.values()))) == len({prompts[question] for question in found}) == len(found)
    random.shuffle(bank)
    assert found == choose_for_learner(bank, known, seen, NOW, n, seed="x")
