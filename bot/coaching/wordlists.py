"""Lists of English words, written for this coach; everything else about language is computed."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """a about above after again against all also am an and any are as at away be because been before being below
    between both but by can cannot could did do does doing done down during each either else ever every few for from
    further had has have having he her here hers him his how however i if in into is it its itself just let lot many
    may me might mine more most much must my myself neither never no nor not now of off often on once only onto or
    other our ours ourselves out over own per rather same shall she should since so some still such than that the
    their theirs them themselves then there these they this those though through thus till to too toward towards
    under unless until up upon us very was we were what whatever when whenever where whereas wherever whether which
    while who whoever whom whose why will with within without would yet you your yours yourself yes okay one
    although along among around another anyone anything everyone everything someone something nobody nothing
    dont didnt doesnt wont cant couldnt wouldnt shouldnt isnt wasnt arent werent hasnt havent hadnt im ive id youre
    theyre weve thats its theres gonna wanna"""
)
"""Words that glue sentences together: honest writing has 24 % or more of them, keyword lists about 4 %."""

NO_END = (
    FUNCTION - _words("it them us me him her up off out down too now again there here more most else yet own same")
) | _words("thing things time times way moment reason part place first last next day week people step question tool")
"""Words with which no sentence ends before "I" or a capital letter ("that I", "the thing I")."""

CLAUSE_WORDS = _words(
    """i we you they he she it my our me us them this that is are was were be been am would will could can did do
    does had has have to should may might who which because if when so"""
)
"""Subjects, auxiliaries and connectives: a list of keywords has hardly any, whatever stands between them."""

SPOKEN = _words(
    """able actually add answer ask bad basically become begin best better big bit call care case change come day
    different easy end enough even example fact feel find first fix fine get give go good great guess happen hard
    help high hope idea important interesting keep kind know last later learn leave like little long look low lot
    main make maybe mean need new next nice number old ok part people person place point possible pretty probably
    problem put question quick quickly quite really right run said say second see seem set show simple small sort
    start stuff sure take talk tell thing think time today together totally try turn two understand use usually want
    way week well whole word work world year always believe minute hour month second happy glad course"""
)
"""The commonest words of spoken English: they count a half."""

RUBRIC_VERBS = _words(
    """describe explain mention outline state discuss include show highlight provide demonstrate emphasize focus
    ensure consider evaluate address cover clarify detail name articulate illustrate present specify structure use
    specific clear concrete answer approach where possible relevant appropriate key example"""
)
"""What rubrics say to the author of an answer rather than about the matter."""

GENERIC = _words(
    """team teamwork communicate communication customer result deliver success successful stakeholder quality
    process business value goal passion passionate experience challenge solution skill improve opportunity company
    project strong effective efficient efficiently ensure strive dedicated dedication motivated professional
    environment focus key crucial essential align collaborate collaboration growth leadership positive impact
    priority practice data product user clear plan manager decision technology technical system issue situation
    attitude mindset innovation excellence commitment committed trust honest respect"""
)
"""Words of every brochure: they make no sentence specific."""

PLATITUDES = (
    "always",
    "believe",
    "believer",
    "important",
    "crucial",
    "essential",
    "passionate",
    "in general",
    "generally",
    "best practice",
    "team player",
    "hard work",
    "work hard",
    "hard-working",
    "strive",
    "various",
    "at the end of the day",
    "key to success",
    "go above and beyond",
    "think outside the box",
    "proactive",
    "synergy",
    "holistic",
    "it depends",
    "needless to say",
    "as I said",
    "as mentioned",
    "in other words",
    "to be honest",
    "you know",
    "a lot of things",
    "different kinds of",
    "excellence",
    "fast-paced",
    "motivated",
    "good answer",
    "good question",
    "great question",
    "really care",
    "every day",
    "quality matters",
    "a good engineer",
    "should be",
    "engineers must",
    "in today's",
    "more and more",
    "in the long run",
    "leads to better",
    "makes a difference",
    "depends on the situation",
    "it is about",
)
"""Phrases that fill time; a sentence that leans on them without a number or a name weighs little."""

IRREGULAR = dict(
    pair.split(":")
    for pair in _words(
        """told:tell chose:choose chosen:choose wrote:write written:write found:find led:lead built:build
    grew:grow grown:grow went:go took:take taken:take made:make kept:keep sent:send spent:spend lost:lose broke:break
    broken:break ran:run began:begin begun:begin brought:bring thought:think taught:teach learnt:learn met:meet
    understood:understand paid:pay gave:give given:give got:get rose:rise risen:rise saw:see seen:see knew:know
    known:know held:hold won:win fell:fall fallen:fall drew:draw threw:throw thrown:throw said:say spoke:speak
    spoken:speak bought:buy felt:feel stood:stand froze:freeze frozen:freeze shrank:shrink slept:sleep sped:speed
    worse:bad worst:bad people:person criteria:criterion indices:index analyses:analysis analyse:analysis
    analyze:analysis analysed:analysis analyzed:analysis analysing:analysis analyzing:analysis hypotheses:hypothesis
    behaviour:behavior behaviours:behavior colour:color favour:favor labour:labor centre:center
    disagreed:disagree disagreement:disagree rang:ring rung:ring woke:wake woken:wake sat:sit laid:lay hung:hang
    came:come caught:catch dealt:deal drove:drive driven:drive forgot:forget forgotten:forget fought:fight heard:hear
    hid:hide hidden:hide left:leave meant:mean shown:show sold:sell sought:seek spun:spin stole:steal stolen:steal
    tore:tear torn:tear wore:wear worn:wear flew:fly blew:blow blown:blow timedout:timeout timingout:timeout
    cpus:cpu gpus:gpu skus:sku slas:sla slos:slo slis:sli kpis:kpi"""
    )
)
"""Irregular forms and British spellings that the stemmer keeps apart."""

PARTED = {
    word: stem
    for stem, *others in map(
        str.split,
        """important importance importantly
        personal personally personality
        timing timings timed
        hardly
        nearly
        lately
        shortly
        barely
        likely
        several
        severe severely severity
        quite
        suite suites
        unite united
        customer customers
        experience experiences experienced
        critical critically
        objective objectives
        conversation conversations
        conversion conversions
        identical identically
        initiative initiatives
        numerous
        information
        informal informally
        position positions
        executive executives
        authority authorities
        authorize authorizes authorized authorizing authorization
        respective respectively
        response responses
        successive
        relative relatively relatives
        production
        productive productivity
        integrity
        definition definitions
        definitely definite
        engineer engineers engineered engineering
        staging
        business businesses
        majority majorities
        reasonable reasonably
        organize organizes organized organizing organizer organizers organization organizations
        policy policies
        terminal terminals""".splitlines(),
    )
    for word in (stem, *others)
}
"""Words with the stem that they have here: the stemmer joins them with others of another meaning.

Without it "it is important" would be found by a cue for "import", and "in production" by one for "product".
"""

LETTERS_WITH_S = _words("dns tls css sms kms rds nfs gps https lbs nbs")
"""Abbreviations without a vowel whose s is no plural."""

JOINED = _words(
    """postmortem rollback fallback timeout on-call checklist workflow timeline failover backlog feedback standup
    whiteboard roadmap deadline bottleneck runbook playbook handover handoff database frontend backend downtime
    uptime dataset codebase hotfix rollout signoff followup tradeoff walkthrough breakdown shutdown setup cleanup
    backup lookup onboard offboard stakeholder healthcheck blueprint namespace readonly autoscale loadtest
    milestone microservice throughput timed-out timing-out bugfix dashboard webhook bandwidth firewall subnet
    lifecycle"""
)
"""Pairs that also exist as one word ("post mortem", "rolled back"), joined after stemming.

A hyphen shows where, if another cut would join other words ("once all").
"""

SYNONYMS = tuple(
    tuple(line.split())
    for line in """rollback revert undo backout
    notify inform tell update announce communicate brief
    escalate page raise
    stakeholder owner leadership executive
    customer user client buyer shopper consumer
    log trace record audit
    metric measure graph dashboard chart
    monitor alert alarm observe watch
    error failure exception fault crash bug defect
    outage incident downtime
    latency slow delay lag response
    scale capacity replica instance
    throttle limit quota ratelimit
    mitigate contain reduce alleviate relieve
    prevent avoid guardrail recurrence
    postmortem retrospective review blameless
    deploy release ship rollout launch
    verify validate confirm check prove
    test canary staging experiment
    cause reason why
    hypothesis theory suspect guess
    database db rds postgres mysql store
    increase rise grow growth spike surge climb trend
    decrease fall drop decline shrink
    deadline milestone schedule date
    document documentation wiki runbook write
    teammate colleague peer coworker engineer
    manager lead boss supervisor
    conflict disagree dispute argue
    priority prioritize urgent severity important
    cost expense price budget
    learn lesson realize takeaway reflect
    result outcome impact effect
    decide choose decision choice
    alternative option instead
    risk danger threat exposure
    investigate diagnose debug troubleshoot inspect analysis
    quick fast immediate
    fix patch repair remediate resolve correct
    plan roadmap strategy
    help support assist coach mentor
    automate script tool pipeline
    simple simplify
    requirement need constraint scope
    goal target objective
    configuration config setting
    cluster node server host machine
    queue backlog buffer
    cache memory redis
    ownership own initiative responsible""".splitlines()
)
"""Sets of words that stand for one another; a match between two of a set counts .7."""

DOMAIN = _words(
    """team project customer user deploy release server service database code test bug error log metric alert
    deadline manager engineer engineering colleague client design system api request latency traffic queue cache
    data product feature sprint ticket incident outage rollback review meeting stakeholder production staging
    monitor dashboard pipeline build software app application performance security network cloud instance cluster
    algorithm complexity memory index query schema thread process config library framework architecture requirement
    scope risk cost budget plan roadmap decision feedback conflict mentor intern onboard documentation customer
    support migration legacy refactor automate checklist report analysis experiment prototype launch job company
    role lead ownership disagree proposal trade-off priority escalate senior junior colleague teammate hire
    interview training presentation supplier vendor invoice sale market shift patient student lesson"""
)
"""Words of working life, for the question whether an answer speaks of work at all."""

NUMBER_WORDS = _words(
    """two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety
    hundred thousand million billion dozen half double doubled tripled halved percent"""
)

FOREIGN = _words(
    """der die das und ich nicht ist ein eine mit auf wir zu den dem für war habe dass sich auch le la les des et une
    est que qui nous je pas pour dans sur avec el los las una por con para como pero más yo mi se nos del il che di
    non sono per ho abbiamo della het een van ik niet wij dat op met voor o os um uma não em com eu nós foi jeg og
    det som ikke vi har att och är med nie się na jest że"""
) - {"die", "war", "met", "per", "on", "o", "op", "com", "dat", "mi"}
"""Glue of other languages that use Latin letters, without words that English has too."""

GREETINGS = _words("hi hello hey hiya howdy morning evening afternoon thanks thank cheers yo sup bye goodbye welcome")
