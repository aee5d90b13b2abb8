"""The examples of the OpenAPI document are requests that the service would take."""

import pytest
from pydantic import BaseModel

from api.flights.schemas import FlightBody
from api.readings.schemas import AcceptBody, CorrectBody, ManualReadingBody, ReadingBody, RejectBody
from api.surveys.schemas import SurveyBody


@pytest.mark.parametrize(
    "body", [FlightBody, ReadingBody, ManualReadingBody, AcceptBody, RejectBody, CorrectBody, SurveyBody]
)
def test_the_examples_of_a_body_make_a_request(body: type[BaseModel]) -> None:
    properties = body.model_json_schema()["properties"]
    without = [name for name, schema in properties.items() if "examples" not in schema]

    example = {name: schema["examples"][0] for name, schema in properties.items() if "examples" in schema}

    assert without in ([], ["expected_range_m"]), "its example stands in the type it shares"
    body.model_validate(example)
