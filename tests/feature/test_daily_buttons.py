"""Buttons and what stands behind them: model answer, hint, report, contest; closed rounds, old and foreign buttons."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.bank.model import Bank
from bot.chat.model import Pressed
from bot.storage.tables import buttons, evidence, reports
from tests.feature.answering import FORM, GOOD, NEXT_DAY, PRIVATELY, ROUND, credits_, kept
from tests.feature.sample_bank import BANK
from tests.feature.stage import House, scene


# ---------------------------------------------------------------- what may be seen
@scene()
async def test_model_answer_is_kept_from_who_has_not_answered(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    model = next(row for row in house.rows(buttons) if row.args.get("attempt"))
    assert model.owner_id is not None
    await house.converse(
        ('ben presses "Model answer" in #prep', f"#prep to ben: Model answer / {GOOD} / One good answer of many; …"),
    )
    await house.play(f"cleo in #prep thread: {GOOD}\ncleo deletes in #prep thread")
    await house.converse(
        (
            'cleo presses "Model answer" in #prep thread',
            "#prep thread to cleo: You see the model answer once you have answered: two or three sentences are enough.",
        ),
    )


@scene()
async def test_hint_helps_without_telling_an_answer_or_a_point(house: House) -> None:
    await house.play(ROUND)
    shown = await house.play('ben presses "Hint" in #prep')
    assert [(seen.title, seen.to) for seen in shown] == [("Hint", "ben")]
    assert not any(point.text in shown[0].text for point in BANK.questions["full-disk"].points)


@scene()
async def test_button_of_somebody_else_is_refused(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    token = next(row.token for row in house.rows(buttons) if row.args.get("attempt"))
    where = house.rig.channel("prep")
    for action in ("answering.contest", "answering.model", "daily.report"):
        event = Pressed(
            id=f"press-{action}",
            at=house.now,
            space=where.space,
            who=house.person("cleo"),
            where=where,
            name="cleo",
            action=action,
            token=token,
        )
        await house.delivery.accept(event)
        await house.application.settle()
        assert house.seen[-1].line.startswith("#prep to cleo: That button belongs to somebody else."), action


@scene()
async def test_button_that_is_too_old_says_what_to_do(house: House) -> None:
    await house.play(ROUND)
    await house.close()
    house.now = datetime(2027, 2, 15, 9, 0, tzinfo=UTC)
    await house.open()
    await house.play("at 2027-02-15T09:01Z")
    oldest = next(one for one in house.rig.shown(house.rig.channel("prep")) if "Hint" in one.buttons)
    await house.rig.press("ben", oldest.id, "Hint")
    await house.application.settle()
    assert house.seen[-1].line == (
        "#prep to ben: That button is from an earlier time and no longer works. `/help` shows what you can do now."
    )


# ---------------------------------------------------------------- report and contest
@scene()
async def test_report_reaches_the_organisers_once(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    await house.converse(
        (
            'ben presses "Report" in #prep',
            (
                "dm ana: A question was reported / ben reported `full-disk` in #prep: / │ … / …",
                "#prep to ben: Thank you. I told the organisers.",
            ),
        ),
        ('ben presses "Report" in #prep', "#prep to ben: You told me before; the organisers know."),
    )
    assert len(house.rows(reports)) == 1


@scene()
async def test_contest_takes_what_was_not_recognised_out_of_account(house: House) -> None:
    await house.play(f"""{ROUND}
        ben presses "Answer privately" in #prep
        ben submits: I would free space at once by moving the old log files away, so that the service writes again.
    """)
    await house.converse(
        (
            'ben presses "I did say this" in #prep',
            "#prep to ben: Noted. 1 point I did not recognise no longer counts against you: cause. "
            "The score of this answer stays as it is.",
        ),
    )
    contested = {row.point: row.contested_at for row in house.rows(evidence)}
    assert contested == {"space": None, "cause": house.now}
    await house.later(minutes=5)
    await house.converse(('ben presses "I did say this" in #prep', "#prep to ben: You told me before."))
    assert contested == {row.point: row.contested_at for row in house.rows(evidence)}


@scene()
async def test_contest_of_an_answer_that_lacks_nothing_says_so(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    assert {row.met for row in house.rows(evidence)} == {"met"}
    await house.converse(
        (
            'ben presses "I did say this" in #prep',
            "#prep to ben: Everything was recognised in that answer, so there is nothing to contest.",
        ),
    )


# ---------------------------------------------------------------- closed rounds
@scene()
async def test_closed_round_is_answerable_without_the_streak(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        ("at 2026-12-02T09:00Z", NEXT_DAY),
        (
            f'ben presses "Answer privately" in #prep 1 back\nben submits: {GOOD}',
            (
                FORM,
                "#prep to ben: … of 100 · … / This round had closed: your answer counts as practice "
                "and leaves your streak as it is. [Change my answer] …",
            ),
        ),
    )
    assert kept(house) == [("ben", "assessed", GOOD)]
    assert credits_(house) == []


@scene()
async def test_answer_to_a_question_that_leaves_the_bank_is_given_back(house: House) -> None:
    await house.play(ROUND + 'ben presses "Answer privately" in #prep')
    await house.close()
    house.bank = Bank({"own-mistake": BANK.questions["own-mistake"]}, BANK.skills)
    await house.open()
    await house.converse((f"ben submits: {GOOD}", f"#prep to ben: That question is gone, … here it is: / │ {GOOD}"))


@scene()
async def test_answer_during_a_restart_is_assessed_by_the_next_process(house: House) -> None:
    await house.play(ROUND)
    thread = house.talk("#prep")
    house.rig.away(True)
    await house.rig.say("ben", thread, GOOD)
    house.rig.away(False)
    await house.restart(catch_up=True)
    assert kept(house) == [("ben", "assessed", GOOD)]
    await house.restart(catch_up=True)
    assert credits_(house) == ["credit"]
