"""Levels and spans of levels."""

import itertools

import pytest

from hmcsh.language.levels import ALWAYS, V7R3_2, V7R7_9, V9R2_950, V10R3, Level, Span

ORDER = (V7R3_2, V7R7_9, V9R2_950, V10R3)


def test_the_levels_are_ordered_by_number_not_by_text() -> None:
    assert sorted(ORDER, key=str) != list(ORDER)
    assert sorted({*ORDER}) == list(ORDER)
    for earlier, later in itertools.combinations(ORDER, 2):
        assert earlier < later <= later
        assert later > earlier
        assert earlier != later


@pytest.mark.parametrize("text", ["V7R3.2.0", "V7R3.2", "V10R3", "V9R2.950", "V10R3.1060.1"])
def test_a_level_prints_as_it_was_written(text: str) -> None:
    assert str(Level.parse(text)) == text


def test_trailing_zeros_do_not_make_another_level() -> None:
    assert Level.parse("V7R3.2") == V7R3_2
    assert hash(Level.parse("V7R3.2")) == hash(V7R3_2)
    assert Level.parse("V7R3") < V7R3_2
    assert V7R3_2 != "V7R3.2.0"


@pytest.mark.parametrize(
    "text", ["", "V7", "7.3.2", "v7r3.2", "V7R3.2.0 ", "V7R3.", "V7R3.2.0.0.0", "V7R٣", "VR"]
)
def test_what_is_no_level_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an HMC level"):
        Level.parse(text)


@pytest.mark.parametrize(
    ("span", "covered"),
    [
        pytest.param(ALWAYS, ORDER, id="always"),
        pytest.param(Span(since=V7R7_9), ORDER[1:], id="since-is-inclusive"),
        pytest.param(Span(until=V10R3), ORDER[:3], id="until-is-exclusive"),
        pytest.param(Span(V7R7_9, V9R2_950), ORDER[1:2], id="both"),
    ],
)
def test_a_span_covers(span: Span, covered: tuple[Level, ...]) -> None:
    assert tuple(level for level in ORDER if span.covers(level)) == covered


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="empty span"):
        Span(V10R3, V10R3)
