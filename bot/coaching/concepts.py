"""What points keep asking for, whatever their words: a number, a lesson, your own role, a way back …

A concept is triggered by the text of a point and proved by a sentence of the answer.  Both are cue lines.
Concepts were the largest single gain of the try-out (agreement with point labels .20 -> .50).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.coaching.cues import CueLine, Index, parse


@dataclass(frozen=True, slots=True)
class Concept:
    """`triggers` fire on a point's text, `proofs` on a sentence of an answer."""

    name: str
    triggers: tuple[CueLine, ...]
    proofs: tuple[CueLine, ...]


_DID = "I | I'd | I'll | I've | my | me | we | we'd | our"
_THINGS = "log | logs | metric | trace | graph | dashboard | error | latency | memory | cpu | query | rate | profile"

_SOURCE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "number",
        (
            "quantif*",
            "measur*",
            "metric | percent* | numeric* | number | figure | duration",
            "how much | how many | how long | how often",
        ),
        ("#num",),
    ),
    (
        "learning",
        (
            "learn* | lesson | reflect* | takeaway | retrospect* | hindsight",
            "differently",
            "improv* + future",
            "otherwise + next | second + time",
        ),
        (
            f"learn | learned | learnt | realise | realised | realized | taught me | lesson | takeaway + {_DID}",
            "since then | ever since | from then on | these days | next time | in hindsight | looking back | in future",
            "differently | earlier + would | should have | could have",
            "now + always | check | ask | start | write | document | use | do",
            "checklist | template | guideline | standard | playbook | runbook + create* | wrote | add* | made | "
            "introduce*",
        ),
    ),
    (
        "admit",
        (
            "mistake | error | fault | failure | wrong + own | admit | accept | acknowledge | hide | hiding | blame | "
            "excuse | honest*",
            "take + responsibility | blame",
        ),
        (
            "my | mine + mistake | fault | error | oversight | blame | doing | responsibility",
            "I + was wrong | got it wrong | misjudged | overlooked | underestimated | forgot | missed | assumed | "
            "messed up | should have | had not checked | did not check | never checked | was careless",
            "I + caused | broke | deleted | pushed | shipped | owned + it | wrong | outage | bug | table | release",
            "nobody + else | made me | asked me | fault",
        ),
    ),
    (
        "listen",
        (
            "listen* | empath* | hear | understand + other | others | team | people | them | their | view | side",
            "why + others | they | them | each + want* | refus* | resist* | object* | need* | fear*",
            "objection | fear* | worr* | resist* + their | others | each | team | people | take",
            "their | other side | opposing + reason | concern | argument | interest",
            "other + side | view | perspective",
        ),
        (
            "listen* | heard | asked + them | why | their | her | his | him | each | lead | colleague | what",
            "worr* | fear* | afraid | concern* | objection + they | them | their | he | she | his | her | team | lead",
            "sat down | coffee | one-on-one | talk* through | walked me through + with | lead | them | her "
            "| him | each",
            "right | point | fair | valid | reason + they | he | she | their | his | her | both",
        ),
    ),
    (
        "pilot",
        (
            "start | begin* + small | one or two | willing | few",
            "pilot | prototype | trial | proof of concept | incremental* | step by step | in stages",
        ),
        (
            "pilot* | prototype* | trial | proof of concept | experiment* | early adopter | volunteer*",
            "first | one | two | single | few + team | squad | service | customer | region | group | percent",
            "started | began | begin + small | with | one | two",
        ),
    ),
    (
        "role",
        ("role | responsib* | ownership | personal* | accountab*", "action + you", "your + contribution | part | task"),
        (
            "I + own* | led | took | drove | wrote | built | propose* | coordinate* | decide* | fix* | design* | ran "
            "| implement* | ask* | start* | set up | organise* | organize* | volunteer* | stay* | call*",
            "responsible | my job | my role | my task | up to me | on me",
        ),
    ),
    (
        "context",
        ("situation | context | background | scene | scenario", "specific + example | time", "outside + role"),
        (
            "last | previous | a few + year | month | spring | summer | project | job | company | team | week",
            "when + I | we + was | were | joined | worked | had",
            "our | my | the | a + team | lead | service | product | project | client | release | milestone + "
            "was | were "
            "| had | fell | broke | left | before | needed",
            "in + 2015 | 2016 | 2017 | 2018 | 2019 | 2020 | 2021 | 2022 | 2023 | 2024 | 2025 | 2026",
            "although | outside + my | backend | focus* | responsib* | role | scope",
        ),
    ),
    (
        "outcome",
        (
            "result | outcome | impact + describe | quantif* | show | measur* | deliver* | business | share | your",
            "quantif*",
            "success + measur* | metric | verif*",
            "what happened | came of it | became of it | show that it worked | what it changed",
            "effect | adoption + number | time | reach* | give",
        ),
        (
            "result | outcome | in the end | finally | eventually | consequence",
            "reduc* | increas* | improv* | cut | dropped | fell | grew | rose | went | saved | doubled | halved + #num",
            "kept | made | met | hit | shipped | delivered | launched | finished + release | date | deadline | time | "
            "milestone | launch | schedule | target",
            "avoid* | prevent* | without + rollback | outage | delay | loss | downtime",
            "since then | ever since | until today | to this day | so far | month later | year later | months later",
            "from + to + #num",
        ),
    ),
    (
        "trade-off",
        (
            "trade-off | tradeoff | trade | balanc* | weigh* | versus | vs | alternativ* | pros | cons | compromise",
            "cost | benefit + compare | versus | vs | action | risk",
        ),
        (
            "instead of | rather than | as opposed to | at the cost of | the price | downside | drawback | trade-off",
            "chose | choose | prefer* | picked | went with | decided + over | because | since | instead | against",
            "cheaper | slower | faster | simpler | riskier | safer + than | but | though | although | because",
            "balance* | weigh* | against | versus + risk | speed | cost | time | effort | safe*",
            "if + I'd | I would | then | otherwise + risk | rare | impact | cost",
        ),
    ),
    (
        "inform",
        (
            "communicat* | inform* | stakeholder | escalat* | update | transparen* | announce*",
            "keep + informed",
            "tell | let + people | those | them | customer | user | support | partner | manager | colleague + know | "
            "what | quick* | plain* | early | first | when",
        ),
        (
            "tell | told | inform* | notif* | updat* | announce* | brief* | escalat* | messag* | post* | email* | "
            "communicat* + support | stakeholder | manager | team | customer | product | owner | lead | channel | "
            "everyone | engineer | pm | colleague | director | status page | client | user",
            "let + know | them know",
            "phoned | rang | called | pinged | went to | walked over to | wrote to | within the hour | right away | "
            "at once + manager | lead | customer | support | team | them | her | him | owner | partner",
            "raise | raised | open* | file* + ticket | issue | flag | concern",
            "every + minutes | hour | day + update | write | post | report",
        ),
    ),
    (
        "mitigate",
        (
            "mitigat* | contain* | rollback | roll back | short-term | stabili*",
            "reduc* | limit* | stop | contain* + impact | damage | harm | loss | bleeding",
            "immediate + action | step",
            "buy time | stopgap | take load off | rolling back | damage first",
        ),
        (
            "roll back | rollback | revert | undo + deploy* | release | change | version | it | that | config*",
            "disable* | switch off | turn off | feature flag | toggle | throttl* | circuit breaker | rate limit*",
            "scale | add* | enabl* + instance | replica | capacity | node | server | worker",
            "route | reroute | shift | drain | fail over | failover | divert + traffic | region | zone | "
            "replica | healthy",
            "mitigat* | stop* | contain* + impact | bleeding | damage | customer | user",
            "restor* | recover* | replay* | refund* | resent | put back | by hand + from | backup | data | row | order "
            "| file | customer | account",
        ),
    ),
    (
        "diagnose",
        (
            "diagnos* | root cause | troubleshoot* | investigat* | correlat* | hypothes* | narrow",
            "monitoring | logging | metric | log | trace + tool | consult | use | look",
            "frequency | trend | pattern",
        ),
        (
            f"check* | look* | inspect* | compare* | review* | query | queried | saw | trace* | dig | dug "
            "| profile* "
            f"| investigat* | examine* | correlat* + {_THINGS}",
            "cloudwatch | x-ray | grafana | datadog | prometheus | kibana | splunk | flame graph | heap dump | sentry",
            "hypothesis | suspect* | theory | root cause | narrowed | ruled out | bisect*",
            "trend | rate | frequency + grow* | rise | rising | increase* | stable | doubled | show*",
        ),
    ),
    (
        "prevent",
        (
            "prevent* | recurrence | recur* | post-mortem | postmortem | follow-up | long-term | permanent",
            "root-cause + fix | schedule",
            "lasting | mechanism | safeguard",
            "not + happen* + again | twice",
            "afterwards + alarm | automat* | test | review | checklist | change | add*",
        ),
        (
            "post mortem | postmortem | retrospective | incident review | blameless",
            "alarm | alert* | monitor* | guardrail | limit* | canary | test + add* | creat* | set | wrote | "
            "introduc* | now",
            "checklist | runbook | playbook | automat* | lint | template + add* | creat* | wrote | built | document*",
            "permanent | proper | lasting | real + fix | solution",
            "never | not + again | recur* | happen* again",
        ),
    ),
    (
        "structure",
        (
            "star | structure | framework + method | answer | use | situation",
            "step-by-step | step by step",
            "logical* + structure* | order",
        ),
        (
            "first | to begin | to start | initially",
            "then | next | after that | second | meanwhile | throughout",
            "as a result | result | in the end | finally | afterwards | after | lastly",
        ),
    ),
    (
        "verify",
        ("verif* | validat* | test | tests | confirm* | experiment* | benchmark*",),
        (
            "test* | verif* | validat* | confirm* | reproduc* | replay* | benchmark* | load test + fix | stag* "
            "| failure | "
            "failing | request | result | hypothesis | change | patch | environment | before | that",
            "canary | staging | synthetic | shadow traffic | a/b | experiment",
            "watch* | saw | check* + recover* | back to | normal | drop* | stable | latency | metric",
        ),
    ),
    (
        "together",
        (
            "collaborat* | coordinat* | align* | cross-functional | teamwork | partner* | credit",
            "ask* + help",
            "team + goal | share* | involve*",
        ),
        (
            "paired | pairing | worked with | together with | sat down | joined forces | coordinated | agreed | "
            "aligned",
            "ask* | invite* | involve* | consult* + team | engineer | colleague | manager | lead | qa | "
            "designer | pm | help",
        ),
    ),
    (
        "decide",
        ("priorit* | decid* | decision | criteria | judg* | urgen* | severity", "risk + assess* | evaluat*"),
        (
            "decide* | chose | choose | priorit* | picked + because | first | over | since | based | if | until",
            "if + then | I'd | I would | otherwise | escalate | immediate*",
            "risk | severity | impact | sev | blast radius + high* | low | rare | data loss | customer | rate | first",
        ),
    ),
    (
        "clarify",
        ("clarif* | requirement | assum* | scope | constraint", "ask + question"),
        (
            "assum* | clarif* | requirement | constraint + I | I'd | we | is | are | that",
            "ask + how many | how much | who | which | whether | what | if",
        ),
    ),
    (
        "customer",
        (
            "customer | user | client + impact | affect* | obsess* | experience | first | need",
            "who | whom | people + affected | suffer* | harm* | hurt | hit | paid for",
        ),
        (
            "customer | user | client | buyer | people | account + impact* | affect* | see | saw | lost | lose "
            "| complain* | "
            "wait* | fail* | late | feel | hurt | protect | trust | need*",
        ),
    ),
    (
        "time",
        ("deadline | timeline | schedul* | time box | on time | estimate",),
        (
            "deadline | sprint | milestone | by friday | by monday | quarter | schedule* | eta | release date",
            "within | in | after | for + #num + day | days | week | weeks | hour | hours | minutes | month | months",
        ),
    ),
    (
        "failure",
        (
            "failure + mode | handl* | case",
            "fail* + what | when | how",
            "edge case | fault tolerance | resilien* | redundan*",
            "security | corruption | outage + risk | exposure | escalation",
        ),
        (
            "fail* | down | unavailable | crash* | timeout | partition | lose | loss | leak + if | when | then "
            "| case | "
            "could | risk | would",
            "retry | retries | backoff | idempoten* | fallback | failover | dead letter | degrade* | circuit breaker",
        ),
    ),
)


@cache
def concepts() -> tuple[Concept, ...]:
    """Return the built-in concepts, compiled at their first use so that start-up stays quick."""
    return tuple(
        Concept(name, tuple(parse(line) for line in triggers), tuple(parse(line) for line in proofs))
        for name, triggers, proofs in _SOURCE
    )


@cache
def concept(name: str) -> Concept:
    """Return a concept by its name."""
    return next(c for c in concepts() if c.name == name)


def triggered(text: Index) -> tuple[str, ...]:
    """Return the names of the concepts that a point's text asks for."""
    return tuple(c.name for c in concepts() if any(text.line(line) for line in c.triggers))


def proved(name: str, answer: Index) -> int:
    """Return the sentences of the answer, as bits, that may prove a concept; an order needs two marks at least."""
    mask = 0
    hits = 0
    for line in concept(name).proofs:
        found = answer.line(line)
        hits += bool(found)
        mask |= found
    return mask if name != "structure" or hits > 1 else 0
