"""What every assessment owes its reader, whatever the answer."""

from __future__ import annotations

from bot.coaching.assessment import Assessment, band_of


def check_evidence(answer: str, assessment: Assessment) -> None:
    """No credit without a quote; every quote verbatim, at most forty words, for at most two points."""
    quotes = [quote for point in assessment.points for quote in point.quotes]
    others = [quote for flag in assessment.flags for quote in flag.quotes]
    others += [quote for dimension in assessment.dimensions for quote in dimension.quotes]
    assert [quote for quote in quotes + others if quote not in answer or not quote] == []
    assert [quote for quote in quotes + others if len(quote.split()) > 40] == []
    assert [quote for quote in quotes if quotes.count(quote) > 2] == []
    assert [point.id for point in assessment.points if (point.met == "absent") == bool(point.quotes)] == []
    assert [flag.id for flag in assessment.flags if flag.raised != bool(flag.quotes)] == []
    if assessment.strength is not None:
        assert assessment.strength.quote in answer
    if assessment.score is not None:
        assert 0 <= assessment.score <= 100
        assert band_of(assessment.score, assessment.flags) == assessment.band
