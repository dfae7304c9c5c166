"""Forms are read as every other reader of forms reads them, with the venue's errors for what is ambiguous."""

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.gateway.errors import VenueError
from mock_exchange.gateway.parameters import parse_form, parse_parameters

texts = st.text(st.characters(codec="utf-8"), max_size=8)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
forms = st.dictionaries(names, texts, max_size=8)


@given(form=forms)
def test_what_was_encoded_comes_back(form: dict[str, str]) -> None:
    assert parse_form(urlencode(form).encode()) == form


@given(raw=st.lists(st.sampled_from([b"a", b"b", b"c", b"=", b"&", b"%41", b"+", b"1"]), max_size=12).map(b"".join))
def test_the_fast_way_and_the_slow_way_agree_with_the_standard_library(raw: bytes) -> None:
    pairs = parse_qsl(raw.decode(), keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        with pytest.raises(VenueError) as raised:
            parse_form(raw)
        assert raised.value.code == -1101
    else:
        assert parse_form(raw) == dict(pairs)


@given(query=forms, body=forms)
def test_the_query_wins_where_both_have_a_value(query: dict[str, str], body: dict[str, str]) -> None:
    assert parse_parameters(urlencode(query).encode(), urlencode(body).encode()) == body | query


@given(raw=st.binary(max_size=40))
def test_no_bytes_do_more_harm_than_a_venue_error(raw: bytes) -> None:
    try:
        form = parse_form(raw)
    except VenueError as error:
        assert error.code in (-1100, -1101)  # noqa: PT017 - the other branch is as good
    else:
        assert all(isinstance(value, str) for pair in form.items() for value in pair)


def test_escapes_that_are_not_text_are_refused() -> None:
    for raw in (b"a=%FF", b"a=\xff", b"\xff", b"a=1&\xc3=1"):
        with pytest.raises(VenueError) as raised:
            parse_form(raw)
        assert raised.value.code == -1100, raw
    assert parse_form(("a=" + quote_plus("数字 +")).encode()) == {"a": "数字 +"}
