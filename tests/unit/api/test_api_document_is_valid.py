"""The OpenAPI document: valid, and its examples what its schemas say."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tracker.api.catalogue import OPERATIONS
from tracker.api.openapi import address_of, describe

DOCUMENT = describe(OPERATIONS)


def contents() -> Iterator[tuple[str, Any, Any]]:
    """A name, the schema and each example of every body that is sent or answered."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            sides = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for side, described in sides.items():
                for media_type, content in described.get("content", {}).items():
                    examples = [one["value"] for one in content.get("examples", {}).values()]
                    examples += [content["example"]] if "example" in content else []
                    for number, example in enumerate(examples):
                        yield f"{method} {path} {side} {media_type} {number}", content["schema"], example


EXAMPLES = list(contents())


def test_the_document_is_valid_openapi_3_1() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


@pytest.mark.parametrize(
    ("schema", "example"), [one[1:] for one in EXAMPLES], ids=[one[0] for one in EXAMPLES]
)
def test_every_example_is_what_its_schema_says(schema: Any, example: Any) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    assert [error.message for error in OAS31Validator(whole).iter_errors(example)] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_call_is_described_with_its_answers_its_problems_and_an_example(operation: Any) -> None:
    described = DOCUMENT["paths"][address_of(operation)][operation.method.lower()]
    statuses = {str(status) for status in operation.answers} | {
        str(int(kind.status)) for kind in operation.all_problems
    }
    assert set(described["responses"]) - {"304"} == statuses
    assert ("304" in described["responses"]) is operation.has_tag
    assert described["summary"][-1] != "."
    for status, answer in described["responses"].items():
        assert "X-Request-Id" in answer["headers"], status
        assert answer["description"], status
    good = operation.answers[min(operation.answers)]
    if good.model is not None:
        assert good.example is not None
    if operation.body is not None:
        assert described["requestBody"]["content"]["application/json"]["examples"]
