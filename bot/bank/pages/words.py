"""Words that point to a skill, written like cues: alternatives between bars, `prefix*`; a space also fits a hyphen."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "results": "quantif* | measurable | outcome* | result* | metrics that | numbers | your impact| percent* | achiev*",
    "learning": "learn | learned | learnt | learning | lesson* | reflect* | differently | takeaway*| growth",
    "correctness": "correct* | accura* | precise* | definition* | define | facts | edge cases",
    "context": "star | situation | context | background | set the scene | set the stage | be specific| stakes",
    "ownership": "own | owned | ownership | actions you | you took | your role | your contribution*"
    "| accountab* | responsib*",
    "triage": "customer impact | impact on customers | severity | triag* | assess the impact"
    "| assess impact | scope | affect* customers | affect* any customers | blast radius",
    "mitigation": "mitigat* | rollback | roll back | rolling back | contain* | workaround* | restor*"
    "| failover | circuit breaker* | feature flag* | reduce impact | reduce customer impact",
    "diagnosis": "diagnos* | hypothes* | correlat* | root cause* | isolat* | narrow* | investigat*"
    "| frequency | trend | pattern* | troubleshoot* | reproduc* | identify the cause"
    "| identify the issue | identify the problem",
    "verification": "verif* | validat* | confirm* | canary | synthetic | remediat* | replay",
    "prevention": "prevent* | recurr* | post mortem* | postmortem* | post incident | guardrail*"
    "| long term fix | runbook* | follow up actions",
    "observability": "monitor* | log | logs | logging | trace* | tracing | dashboard* | observab* | cloudwatch"
    "| alert* | alarm* | telemetry | slo | slos | sli | slis",
    "capacity": "capacity | load | provision* | throttl* | traffic peak* | traffic growth | auto scal*"
    "| autoscal* | headroom",
    "reliability": "reliab* | availab* | redundan* | fault toleran* | resilien* | retries | timeout*"
    "| failure mode* | fail over | fail gracefully | degrad* gracefully | disaster*",
    "deployment": "deploy* | release* | ci/cd | pipeline* | roll out* | rollout* | blue green",
    "requirements": "requirement* | clarif* | use case* | assumption* | constraint* | functional",
    "estimation": "estimat* | back of the envelope | calculat* | qps | throughput | volume*",
    "api-design": "api | apis | endpoint* | interface* | contract* | versioning | idempoten*",
    "data-modelling": "data model* | schema* | entity | entities | normali* | partition key*",
    "databases": "database* | sql | index | indexes | indexing | query | queries | transaction* | replica*",
    "caching": "cach* | cdn | ttl | invalidat* | redis | memcached",
    "consistency": "consisten* | eventual* | replication | conflict resolution | data integrity | data loss"
    "| cap theorem | data corruption",
    "scalability": "scal* | shard* | partition* | load balanc* | horizontal* | bottleneck*",
    "messaging": "queue* | event | events | kafka | sqs | sns | pub/sub | asynchronous* | stream*| messages",
    "architecture": "architect* | component* | microservice* | services | layer* | high level | modular*| diagram*",
    "trade-offs": "trade off* | tradeoff* | alternative* | pros and cons | cost of | versus | vs | weigh*"
    "| compar* | balanc* | why you chose",
    "security": "secur* | encrypt* | authenti* | authori* | permission* | iam | least privilege"
    "| vulnerab* | complian* | privacy",
    "performance": "performance | latency | optimi* | profil* | efficien* | speed",
    "cost": "cost | costs | budget* | spend* | pricing",
    "migration": "migrat* | cut over | cutover | backfill* | legacy | phased | incremental*",
    "algorithms": "algorithm* | complexity | big o | data structure* | recursi* | sort | sorting",
    "concurrency": "concurren* | thread* | lock | locks | locking | race condition* | deadlock* | parallel*",
    "networking": "network* | dns | tcp | http | https | tls | vpc | routing | packet*",
    "operating-systems": "operating system* | kernel | memory management | paging | scheduling | file system*",
    "testing": "test | tests | testing | unit | coverage | tdd | edge case*",
    "debugging": "debug* | stack trace* | breakpoint* | bug | bugs",
    "code-quality": "code review* | code quality | readab* | maintainab* | refactor* | clean code| documentation",
    "initiative": "initiative | proactiv* | volunteer* | bias for action | beyond",
    "judgement": "judg* | decision* | decid* | risk | risks | ambig* | escalat* | incomplete information",
    "prioritisation": "priorit* | urgency | urgent | backlog | deadline* | sequenc*",
    "planning": "plan | plans | planning | schedule | timeline* | milestone* | roadmap* | step by step| dependenc*",
    "communication": "communicat* | stakeholder* | status update* | inform | informed | present* | transparen*"
    "| report*",
    "collaboration": "collaborat* | teammate* | cross functional* | team goals | work with | worked with"
    "| working with | partner* | ask* for help | involv* | align* | others",
    "conflict": "conflict* | disagree* | disput* | differing | opposing | tension* | disagree and commit",
    "feedback": "feedback | critici* | retrospective*",
    "influence": "influenc* | persua* | buy in | convinc* | without authority | consensus",
    "leadership": "lead | led | leading | leadership | delegat* | vision | direction | empower* | strateg*",
    "mentoring": "mentor* | coach* | teach* | onboard* | pairing",
    "customer-focus": "customer* | user | users | customer obsess* | user experience",
    "adaptability": "adapt* | flexib* | changing priorities | changing requirements | pivot* | uncertain*",
    "motivation": "motivat* | passion* | company values | mission | interest* in | why you want"
    "| why do you want | culture | fit with | fit the",
}
"""One entry a skill of questions/skills.yaml; the order decides where nothing else does."""


def pattern(line: str) -> re.Pattern[str]:
    """Return the expression that finds any of a line's alternatives, whole words only."""
    words = "|".join(_expression(term.strip()) for term in line.split("|"))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def _expression(term: str) -> str:
    return re.escape(term).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+")


SKILLS: Mapping[str, re.Pattern[str]] = {skill: pattern(line) for skill, line in _WORDS.items()}
