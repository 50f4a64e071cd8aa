"""Pages for the tests of the importers, in layouts of real pages; all texts are written for them."""

from __future__ import annotations

SINGLE = """\
Design a shared notebook
Company: Hooli
Role: Staff Backend Engineer
Category: System Design
Difficulty: Hard
Interview Round: Onsite
Design a notebook that ten people edit at once. How would you merge edits, store the pages, and bring back an old \
version? What happens when a writer loses the network?
Quick Answer: This question evaluates how a candidate reasons about concurrent edits, within the System Design domain.
Solution
Below we go from needs to failures.
## Requirements
- Ten writers a page; an edit reaches the others within 200 ms.
## Design
### 1) Merging edits
- Send operations with the version that they were made on; the server orders them.
### 2) Storing pages
- A log of operations a page, with a snapshot every thousand.
- Old snapshots go to cheap storage.
### 3) Losing the network
- Keep operations on the device and send them again with the same ids.
## Trade-offs
- One server orders each page, so a page never has two truths and waits while its server is replaced.
## Tips for the day
- Draw the path of one edit first.
"""

CODING = """\
Merge two calendars

**Company:** Initech
Role: Senior Data Engineer
Category: Coding & Algorithms
Difficulty: Medium
Interview Round: Technical Screen

You get two sorted lists of meetings, each a pair of start and end.
Return the free slots of at least half an hour that both people share.

Constraints:
- Up to 100,000 meetings a person
- Times are minutes since midnight

Explain how your approach behaves on touching meetings, and what its complexity is. How would you test it?

Quick Answer: Merge both lists in one pass and report the gaps.

Solution

### Approach

Walk through both lists with two pointers.

1. Take the meeting that starts first.
2. Extend the busy block while the next one begins before its end.
3. Report the gap between two blocks if it is long enough.

```python
def free(a, b):
    if a <  b:
        return []

    return [a,  b]
```

### Complexity

- Time: O(n + m), since each meeting is looked at once.
- Space: O(1) besides the answer.

### Testing
- Touching meetings, an empty list, and a day without gaps.

### Common mistakes
- Sorting again what is sorted already.
- Forgetting the time before the first meeting.

Related Interview Questions
Reverse a string
"""

STORY = """\
Leading without a title
Company: Hooli
Role: Product Manager
Category: Behavioral & Leadership
Difficulty: easy
Interview Round: HR Screen

Tell me about a time you led a group that did not report to you. What did you do to win them over, and how did you \
know that it worked?

Quick Answer: This question evaluates influence and ownership.

Solution
**Situation**
Two teams shipped apps with different logins, and users complained.
**Task**
I was asked to bring both to one login within a quarter.
**Action**
I met each lead alone, wrote down what they feared, and let them choose the first step.
**Result**
One login in ten weeks; tickets about sign-in fell by 60%.
**Tips**
- Name whom you asked first.
"""

PROMPTS = """\
Answer the following questions for an engineering role. Why do you want to join Initech? Tell me about a project that \
failed. What did you learn from it? Describe how you handle several deadlines at once, and give an example.

Quick Answer: The interview assesses a candidate's motivation, accountability, and prioritisation within a growing team.

Solution

## General strategy

* Keep three stories ready.

### 1) Motivation
* **What interviewers look for:** A reason that fits nobody else.
* **Tips:** Read their engineering blog; name one post.
* **Example (condensed):** I fixed printers as a student, and I still like things that people touch.

### 2) A failed project
* **Principles:** Ownership and Earn Trust
* **Tips:**
* Say early what failed.
* Show what changed afterwards.
* **Example outline:**
* **Situation:** Our import lost rows for a week.
* **Actions:**
* Told the customers the same day.
* Wrote a check that compares counts.
* **Result:** 2,300 rows restored; none lost since.

### 3) Several deadlines
* **Tips:** Explain how you rank them and when you say no.
* **Example:**
* I list them by the cost of a day's delay, and I tell the last one at once.

## Common pitfalls
* Blaming others.

## Edge cases
If you have no job yet, take a course project.
"""

SWAPPED = """\
Tell me about a conflict with a peer. Describe a time you missed a deadline.
Quick Answer: This question evaluates conflict resolution and accountability.
Solution
1) Missing a deadline
- Principles: Deliver Results.
- Tips: Own it.
- Example: I was late by a week and said so on day two.
2) Conflict with a peer
- Principles: Have Backbone.
- Tips: Stay fair.
- Example: We disagreed about names, so we asked three users.
Pitfalls
- Excuses.
"""
