"""Talk that answers no question, four kinds of it, 120 words each: no cue may fire on it, and it may gain nothing."""

from __future__ import annotations

FILLERS: tuple[str, ...] = (
    # virtues
    "I believe that communication is very important in every team and I always try to be proactive. It is essential "
    "to stay calm under pressure, to listen to others and to keep learning. Hard work pays off in the end, and I am "
    "passionate about delivering high quality for customers and stakeholders. A positive attitude makes a big "
    "difference, and I try to go above and beyond, because excellence matters. "
    "In my opinion every problem is also a chance, and one should never give up too early. I like to look at the big "
    "picture, I am a quick learner, and people tell me that they enjoy working with me. Attitude is more important "
    "than knowledge, since everything can be learned by those who really want it. I always give my best, and that is "
    "what counts for me in the end.",
    # hesitation
    "So, well, that is a really good question and I am glad that you asked it. Let me see how to put this in the best "
    "possible way. There are of course many ways to look at it and everyone has their own opinion, you know. What I "
    "mean to say is that it kind of depends, and one has to see it from different angles before one can say anything. "
    "Where was I? Right, so as I said, this is a topic that one could talk about for a long time, and I have thought "
    "about it quite often. It is maybe not so easy to find the right words just now. Anyway, I hope that it becomes "
    "clear what I mean, and please feel free to ask me if something was not clear enough or if I should say more.",
    # habits of a company
    "Our company follows agile practices. We have daily meetings where everybody reports what they did, and a planning "
    "session every two weeks. The product owner decides the priorities and the scrum master removes obstacles. Our "
    "code is reviewed by colleagues before it is merged, and there is a pipeline that builds and tests everything. "
    "We also have a wiki where most things are written down, and new colleagues get somebody who shows them around. "
    "Every quarter there is a meeting about the goals of the department. On Fridays we finish early and sometimes "
    "have a drink together. The office is near the station and has a large kitchen. Most of us work from home for "
    "two days a week, and that works quite well for everyone.",
    # buzzwords
    "In today's fast moving world it is crucial to have a good strategy for monitoring, logging, security and "
    "performance. It is important to consider trade-offs, to measure impact, to communicate with stakeholders and to "
    "learn from failures. Metrics should be tracked, and incidents should be followed by a review to prevent "
    "recurrence. All of this leads to better outcomes for the organisation in the long run. "
    "A modern architecture has to be scalable, resilient and secure by design. Best practices exist for a reason, and "
    "teams that follow them are more successful. Automation is the key, and so is a culture of continuous "
    "improvement. Technical debt has to be kept under control, and quality can never be an afterthought. One should "
    "always choose the right tool for the job and keep things as simple as possible.",
)
