"""Which words of a sentence are denied."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rubrics import DEPLOY

from bot.bank.model import Bank, Flag
from bot.coaching.denial import denials
from bot.coaching.offline import OfflineCoach

FLAGS = (
    Flag("restart", "Restarts the cache.", cues=("restart* + cache",)),
    Flag("delete", "Deletes the backups.", cues=("delet* + backup* | backups",)),
    Flag("mute", "Mutes the alarm.", cues=("mute | muting | silence + alarm | alert",)),
    Flag("buffer", "Buffers requests.", cues=("buffer*",)),
    Flag("hide", "Hides it.", cues=("nobody | no one + see it",)),
    Flag("untested", "Does not test.", cues=("not test | without testing | never test + release | deploy",)),
)
QUESTION = replace(DEPLOY, flags=FLAGS)
COACH = OfflineCoach(Bank({QUESTION.id: QUESTION}))
START = "I open my laptop, look at the graphs of the last hour, and write down the minute and what I saw so far. "


def raised(sentence: str) -> list[str]:
    return [flag.id for flag in COACH.judge(QUESTION, START + sentence).flags if flag.raised]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("If that doesn't help I would restart the cache.", ["restart"]),
        ("If that doesn't help, restart the cache.", ["restart"]),
        ("When nobody answers I restart the cache.", ["restart"]),
        ("I'd restart the cache if that isn't enough.", ["restart"]),
        ("Even if we don't know what they want we restart the cache.", ["restart"]),
        ("Since the first try did not help, we restart the cache.", ["restart"]),
        ("Because the owner isn't there I would restart the cache.", ["restart"]),
        ("There isn't much time, so I'd delete the backups.", ["delete"]),
        ("There isn't much time so I'd delete the backups.", ["delete"]),
        ("97 % is not 100 %, so I'd mute the alarm.", ["mute"]),
        ("The graph is not red, and I mute the alarm.", ["mute"]),
        ("It does not matter who is asleep, we delete the backups.", ["delete"]),
        ("I can't wait for the owner, but I can delete the backups.", ["delete"]),
        ("We sent errors, and instead of answering them we buffer.", ["buffer"]),
        ("Instead of waiting, I restart the cache.", ["restart"]),
        ("Without a second look I delete the backups.", ["delete"]),
        ("I delete the backups without asking anybody.", ["delete"]),
        ("I delete the backups and don't tell anybody.", ["delete"]),
        ("I would not hesitate to delete the backups.", ["delete"]),
        ("I'd not only mute the alarm but tell them to go home.", ["mute"]),
        ("I delete the backups to avoid a bill.", ["delete"]),
        ("I'd rather restart the cache than wait for an hour.", ["restart"]),
        ("They refuse to look, so I mute the alarm.", ["mute"]),
        ("I restart the cache, so that users aren't blocked.", ["restart"]),
        ("I do not test before the release.", ["untested"]),
        ("I delete the backups and nobody would know.", ["delete"]),
        ("The cache gets a restart, nobody reads it anyway.", ["restart"]),
        ("I hope that nobody would see it.", ["hide"]),
    ],
)
def test_flag_of_what_is_affirmed(sentence: str, expected: list[str]) -> None:
    assert expected == raised(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I would not restart the cache.",
        "I wouldn’t restart the cache.",
        "I'd not restart the cache.",
        "I would certainly not restart the cache.",
        "I would not just restart the cache, I'd look at its keys first.",
        "If that doesn't help I would still not restart the cache.",
        "If it is down we never restart the cache, not even at night.",
        "I don't think that we should delete the backups.",
        "I would never delete the logs, the backups or the keys.",
        "Instead of muting the alarm I look at the graph.",
        "I look at the graph instead of muting the alarm.",
        "I move them away without deleting the backups.",
        "I would look at the graph rather than mute the alarm.",
        "I'd rather wait for an hour than restart the cache.",
        "Deleting the backups would be wrong.",
        "It would be wrong to delete the backups.",
        "Muting the alarm and going home is not something I'd do.",
        "The temptation is to restart the cache, but I look at its keys.",
        "It is tempting to mute the alarm, yet I look at the graph.",
        "I resist the urge to restart the cache.",
        "I refuse to delete the backups.",
        "I argue against deleting the backups.",
        "I look at the keys, not by restarting the cache, but with a probe.",
        "Nobody should mute the alarm.",
        "I would not do that, because deleting the backups takes our only copy away.",
        "I go slowly, because I would never delete the backups.",
        "I would never do this: I would delete the backups.",
        "There is no backup to delete.",
        "I would not restart the cache if that does not help.",
    ],
)
def test_flag_of_what_is_denied(sentence: str) -> None:
    assert raised(sentence) == []


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_denials_lie_within_any_text(text: str) -> None:
    assert [d for d in denials(text) if not 0 <= d.start <= len(text) or d.end > len(text)] == []
