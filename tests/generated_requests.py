"""Requests made from the OpenAPI document, sent to an application and held against what it declares.

Source: schemathesis 4; the document of `api.openapi`.
Left out: streams of events, which have no end (tests of jobs and of delivery).
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

ENDLESS = frozenset({"stream_jobs", "stream_job", "stream_records"})
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
# Not being ready is the answer, not a failure to give one.
NOT_CHECKED = {"check_ready": ("not_a_server_error",)}
OURS = frozenset({"authorization", "cookie", "user-agent"})
ADDRESS = "http://localhost"


def operations_of(app: FastAPI) -> Mapping[str, Any]:
    """Give every operation that ends, by its id."""
    document = copy.deepcopy(app.openapi())
    for path in document["paths"].values():
        for operation in path.values():
            del operation["security"]  # Whoever asks is chosen by the test, and not to be made up.
    schema = schemathesis.openapi.from_dict(document)
    operations: Any = schema.get_all_operations()
    found = [item.ok() for item in operations]
    return {_id_of(operation): operation for operation in found if _id_of(operation) not in ENDLESS}


def _id_of(operation: Any) -> str:
    identifier: str = operation.definition.raw["operationId"]
    return identifier


def hold_to_its_word(
    operation: Any,
    client: TestClient,
    *,
    known: Mapping[str, Sequence[str]],
    examples: int,
    which: int,
) -> list[int]:
    """Send requests to one operation, right and wrong ones, and check every answer against the document.

    Args:
        operation: of `operations_of`.
        client: of whoever asks.
        known: identifiers that exist, by the name of the parameter in the path.
        examples: how many requests.
        which: chooses them.

    Returns:
        The statuses of the answers.
    """
    checks = CHECKS.get_by_names(
        [name for name in CHECKED if name not in NOT_CHECKED.get(_id_of(operation), ())]
    )
    takes_something = operation.body.items or operation.path_parameters or operation.query
    modes = list(GenerationMode) if takes_something else [GenerationMode.POSITIVE]
    statuses: list[int] = []

    @seed(which)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(modes))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        # A wrong identifier stays wrong; a right one is often that of something that is there.
        replaced = set() if mode is GenerationMode.NEGATIVE else set(case.path_parameters) & set(known)
        for name in replaced:
            case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
        answer = _send(client, case)
        statuses.append(answer.status_code)
        case.validate_response(answer, checks=checks)

    ask()
    return statuses


def _send(client: TestClient, case: Any) -> httpx2.Response:
    said = case.as_transport_kwargs(base_url=ADDRESS)
    said.pop("cookies", None)
    said.pop("timeout", None)
    given_headers = {**said.pop("headers")}
    headers = [
        (name.encode(), value.encode()) for name, value in given_headers.items() if name.lower() not in OURS
    ]
    body = said.pop("data", None)
    content: dict[str, Any] = (
        {} if body is None else {"content": body.encode() if isinstance(body, str) else body}
    )
    request: httpx2.Response = client.request(headers=headers, **said, **content)
    return request
