"""What authors are told by the coach before their questions go live."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from answers_of_bank import QUESTIONS
from rubrics import DEPLOY, STRONG, WEAK

from bot.bank.load import survey
from bot.coaching import trial
from bot.coaching.filler import FILLERS


def bank_of(folder: Path, *questions: dict[str, object]) -> Path:
    for question in questions:
        path = folder / "incidents" / f"{question['id']}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(question, sort_keys=False), encoding="utf-8")
    return folder


def question(**changes: object) -> dict[str, object]:
    """Return the sample question as an author writes it, with examples that hold."""
    points = [
        {"id": p.id, "text": p.text, "skill": p.skill, "weight": p.weight, "cues": [*p.cues]} for p in DEPLOY.points
    ]
    flags = [{"id": f.id, "text": f.text, "severe": f.severe, "cues": [*f.cues]} for f in DEPLOY.flags]
    whole = {
        "id": DEPLOY.id,
        "prompt": DEPLOY.prompt,
        "level": DEPLOY.level,
        "format": DEPLOY.format,
        "difficulty": DEPLOY.difficulty,
        "points": points,
        "flags": flags,
        "why": "Shows what comes first.",
        "example": STRONG,
        "weak_example": WEAK,
        "source": "tests",
    }
    return whole | changes


def told(folder: Path) -> list[str]:
    """Return the coach's own findings, without file and line."""
    found = survey(folder)
    return [f"{f.severity}: {f.what}; {f.hint}" for f in trial.trial(found.bank, found.files)]


def with_line(line: str) -> dict[str, object]:
    changed = question()
    points = changed["points"]
    assert isinstance(points, list)
    points[0]["cues"].append(line)
    return changed


def test_own_bank_has_no_findings() -> None:
    assert trial.findings(QUESTIONS) == []


def test_complete_question_has_no_findings(tmp_path: Path) -> None:
    assert told(bank_of(tmp_path, question())) == []


def test_findings_of_bank_and_coach_come_together_errors_first(tmp_path: Path) -> None:
    changed = with_line("quality | attitude + customers | people")
    del changed["why"], changed["source"]
    folder = bank_of(tmp_path, changed)
    found = [(f.severity, f.what) for f in trial.findings(folder)]
    assert found[0] == ("error", "'quality | attitude + customers | people' fires on talk that answers nothing")
    assert ("warning", "there is no 'why'") in found[1:]


def test_alternative_that_nobody_can_say_is_an_error_at_its_line(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, with_line("customer | ___ + cannot pay"))
    found = [f for f in trial.findings(folder) if "___" in f.what]
    assert [f.what for f in found] == ["nothing that one can say meets '___'"]
    line = (folder / "incidents" / f"{DEPLOY.id}.yaml").read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert "customer | ___" in line


def test_line_that_fires_on_filler_is_an_error(tmp_path: Path) -> None:
    assert told(bank_of(tmp_path, with_line("quality | attitude + customers | people"))) == [
        "error: 'quality | attitude + customers | people' fires on talk that answers nothing; use words of the point"
    ]


def test_line_that_fires_on_other_examples_is_a_warning(tmp_path: Path) -> None:
    others = [question(id=f"other-{n}", prompt=f"What is number {n}?", points=[_bare_point()]) for n in range(6)]
    found = told(bank_of(tmp_path, with_line("roll back | revert + version | deploy"), *others))
    what = "warning: 'roll back | revert + version | deploy' fires on the examples of 6 other questions"
    assert f"{what}; add a group, or take its commonest words out" in found


def test_example_that_is_not_recognised_is_a_warning(tmp_path: Path) -> None:
    found = told(bank_of(tmp_path, question(example=WEAK)))
    assert found == [
        "warning: this example raises the flag 'edit-live' "
        "('I would patch the code directly on the production servers'); narrow the flag's cues, or mend the example",
        "warning: this example raises the flag 'wait' ('I would wait until somebody complains'); "
        "narrow the flag's cues, or mend the example",
        "warning: the coach gives this example 0 of 100; "
        "not recognised: impact, undo, evidence, tell, alarm; widen their cues, or say it in the example",
    ]


def test_weak_example_that_is_strong_is_a_warning(tmp_path: Path) -> None:
    found = [line for line in told(bank_of(tmp_path, question(weak_example=STRONG))) if "weak example" in line]
    assert len(found) == 1
    assert found[0].endswith("narrow their cues, or write a weaker one")


@pytest.mark.parametrize("key", ["example", "weak_example"])
def test_example_that_the_gate_refuses_is_a_warning(tmp_path: Path, key: str) -> None:
    found = told(bank_of(tmp_path, question(**{key: "I don't know."})))
    assert [line for line in found if line.startswith("warning: the coach refuses this example (")] == found
    assert len(found) == 1


def test_imported_question_without_cues_promises_nothing(tmp_path: Path) -> None:
    bare = question(points=[_bare_point()], example=WEAK, weak_example=STRONG)
    assert told(bank_of(tmp_path, bare)) == []


def test_fillers_have_120_words_and_more() -> None:
    assert [len(text.split()) >= 120 for text in FILLERS] == [True] * 4


def _bare_point() -> dict[str, object]:
    return {"id": "p1", "text": "Say something of use about the release.", "skill": "triage"}
