"""Every message is a request or a refusal, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_exchange.ws_api.authentication import signed_text
from mock_exchange.ws_api.requests import BadRequest, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ENVELOPES = st.fixed_dictionaries({}, optional={"id": JSON, "method": JSON, "params": JSON})


@given(st.text() | ENVELOPES.map(json.dumps) | JSON.map(json.dumps))
def test_a_message_is_a_request_or_a_bad_one(text: str) -> None:
    try:
        request = parse(text.encode("utf-8", "surrogatepass"))
    except BadRequest as error:
        json.loads(error.id)
    else:
        json.loads(request.id)
        signed_text(request.parameters)


@given(st.dictionaries(st.text(), st.text()))
def test_texts_are_taken_as_they_are(parameters: dict[str, str]) -> None:
    message = json.dumps({"id": 1, "method": "ping", "params": parameters}, ensure_ascii=False)
    assert parse(message.encode()).parameters == parameters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1655716096498", "1655716096498"),
        ("5000.50", "5000.50"),
        ("1e-05", "1e-05"),
        ("true", "true"),
        ("[1, 2]", "[1, 2]"),
    ],
)
def test_what_is_no_text_is_taken_as_it_was_written(value: str, text: str) -> None:
    message = f'{{"id":1,"method":"ping","params":{{"a": {value} }}}}'
    assert parse(message.encode()).parameters == {"a": text}


@pytest.mark.parametrize("value", ["[" * 50_000, '{"a":' * 20_000, '"\\ud800"', "1" * 10_000 + "."])
def test_what_no_parser_should_swallow_is_refused(value: str) -> None:
    with pytest.raises(BadRequest):
        parse(f'{{"id":1,"method":"ping","params":{{"a":{value}}}}}'.encode())


def test_the_signed_text_is_sorted_by_name_and_without_the_signature() -> None:
    request = parse(
        b'{"id":1,"method":"order.place","params":{"timestamp":1,"symbol":"BTCUSDT","signature":"x","apiKey":"k","a":"\xc3\xbc"}}'
    )
    assert signed_text(request.parameters) == "a=ü&apiKey=k&symbol=BTCUSDT&timestamp=1".encode()
