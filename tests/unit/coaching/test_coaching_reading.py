"""Where sentences and clauses end, and what a quote begins and ends with."""

from __future__ import annotations

import pytest

from bot.coaching.reading import LONGEST_CLAUSE, LONGEST_SENTENCE, quote, read


def clauses(text: str) -> list[str]:
    reading = read(text)
    return [text[c.start : c.end].rstrip(".") for sentence in reading.sentences for c in sentence.clauses]


def sentences(text: str) -> list[str]:
    reading = read(text)
    return [reading.text_of(sentence) for sentence in reading.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We try it between my account and my deputy's.", ["We try it between my account and my deputy's"]),
        ("I set a point after which we wait.", ["I set a point after which we wait"]),
        ("I ask the resolver which forgot us.", ["I ask the resolver which forgot us"]),
        ("We repair the log and the two queues.", ["We repair the log and the two queues"]),
        ("It is slow because of the disk.", ["It is slow because of the disk"]),
        ("I look and then I wait.", ["I look", "and then I wait"]),
        ("I look but nobody answers.", ["I look", "but nobody answers"]),
        ("I rolled it back and told support.", ["I rolled it back", "and told support"]),
        ("We wait and the old node was gone.", ["We wait", "and the old node was gone"]),
        ("I open the graph and tell the team.", ["I open the graph", "and tell the team"]),
        ("It fails and because we retry it grows.", ["It fails and because we retry it grows"]),
        (
            'He said "stop, wait; and then we look" and I stopped.',
            ['He said "stop, wait; and then we look"', "and I stopped"],
        ),
        ("It ran, twice, at 14:03: badly.", ["It ran", "twice", "at 14:03", "badly"]),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert expected == clauses(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and the bank's folder and", "the bank's folder"),
        ("So I wait", "I wait"),
        ("so that nobody waits", "so that nobody waits"),
        ("the file that, and then", "the file"),
        ("It is that.", "It is that."),
        ("and", "and"),
    ],
)
def test_quote_has_no_lone_joint(text: str, expected: str) -> None:
    assert expected == quote(read(text), 0, len(text))


def test_clause_that_is_too_long_is_cut_before_something_new() -> None:
    text = (
        "On the next day my colleague from the warehouse team put the whole list of the articles that were sold at a "
        "wrong price into one shared sheet of paper."
    )
    assert clauses(text) == [
        "On the next day my colleague from the warehouse team put the whole list of the articles that were sold at a "
        "wrong price",
        "into one shared sheet of paper",
    ]
    assert max(len(c.words) for s in read(text).sentences for c in s.clauses) <= LONGEST_CLAUSE


LAST = (
    "if the partners cannot reach us at all, I would tell them to switch the check of the certificate off for this "
    "night, so that they can work until somebody is there."
)


@pytest.mark.parametrize(
    "beginning",
    [
        "The office is near the station and has a large kitchen and most of us work from home for two days a week and "
        "that works quite well for everyone in the department",
        "I believe that in every team it is important to stay calm, to listen to others, and to keep the things simple",
    ],
)
@pytest.mark.parametrize("own", ["I would say that " + LAST, "First I would say that " + LAST])
def test_missing_full_stop_before_a_sentence_does_not_tear_it(beginning: str, own: str) -> None:
    assert sentences(f"{beginning} {own}")[-1] == own


def test_names_in_a_long_sentence_begin_nothing() -> None:
    text = (
        "we asked Anna whether the new dashboard Grafana shows every night is right and she told us that the thing I "
        "saw was an old panel of the team that nobody had looked at since the spring, although it was on the wall"
    )
    assert len(text.split()) < LONGEST_SENTENCE
    assert len(sentences(text + " of our room and on the screens of all the others in the house")) == 2


def test_no_ends_a_sentence_unless_a_number_follows() -> None:
    assert len(read("Ordering, no. But I once met a GET that wrote.").sentences) == 2
    assert len(read("We moved gate no. 7 to the other hall.").sentences) == 1
