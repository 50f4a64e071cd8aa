"""Names of buttons that one feature shows and another one answers."""

PRACTISE = "interview.practise"
"""Opens an interview of one question in private; its token holds `question`, `skill`, `which` ("due") or nothing.

With `mode` and `length` it opens a whole interview.
"""
MODEL_ANSWER = "answering.model"
"""Shows the model answer of `question` to who has answered it."""
CONTEST = "answering.contest"
"""Says "I did say this" of `attempt`."""
