"""Orders cross a pipe as plain JSON, with everything that a step is given."""

import json

from hypothesis import given
from hypothesis import strategies as st

from api.engine.orders import StepOrder
from api.jobs.kinds import ClaimedJob

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text(), PLAIN, max_size=3)


@given(
    job=st.builds(
        ClaimedJob,
        id=st.uuids(),
        kind=st.text(),
        subject_id=st.uuids(),
        port_call_id=st.none() | st.uuids(),
        payload=DOCUMENTS,
        worker_id=st.uuids(),
        attempt=st.integers(1, 20),
        fence=st.integers(1, 2**53),
    ),
    step=st.text(),
    results=st.dictionaries(st.text(), DOCUMENTS, max_size=2),
)
def test_an_order_comes_out_as_it_went_in(
    job: ClaimedJob, step: str, results: dict[str, dict[str, object]]
) -> None:
    order = StepOrder(job=job, step=step, results=results)

    assert StepOrder.from_json(json.loads(json.dumps(order.as_json(), allow_nan=False))) == order
