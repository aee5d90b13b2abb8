"""One service as a program sees it: its nouns, each with what can be asked of it.

Source: the service's OpenAPI document.
Left out: the routes of administrators, and whatever has no method yet: `transport` takes any request.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from api.client.access import Access
from api.client.errors import ProblemError, UnreachableError
from api.client.measuring import Flights, Jobs, Readings, Surveys
from api.client.ports import PortCalls, Vessels
from api.client.proof import Records, Search
from api.client.transport import TIMEOUT_S, Transport


class Client:
    """A service, asked over one kept connection; a thread of its own needs a client of its own.

    >>> Client.at("http://127.0.0.1:8000").address
    'http://127.0.0.1:8000'
    """

    def __init__(self, access: Access, *, timeout_s: float = TIMEOUT_S) -> None:
        self.transport = Transport(access=access, timeout_s=timeout_s)
        self.vessels = Vessels(self.transport)
        self.port_calls = PortCalls(self.transport)
        self.flights = Flights(self.transport)
        self.jobs = Jobs(self.transport)
        self.readings = Readings(self.transport)
        self.surveys = Surveys(self.transport)
        self.records = Records(self.transport)
        self.search = Search(self.transport)

    @classmethod
    def at(
        cls,
        url: str,
        *,
        token: str | None = None,
        token_file: Path | None = None,
        ca_file: Path | None = None,
    ) -> Self:
        """Say where the service is and who asks.

        Raises:
            AccessError: no usable address or token.
        """
        return cls(Access.of(url, token=token, token_file=token_file, ca_file=ca_file))

    @classmethod
    def from_environment(cls, url: str | None = None) -> Self:
        """Take address, token and certificates from HULLMARK_URL, HULLMARK_TOKEN(_FILE), HULLMARK_CA_FILE.

        Raises:
            AccessError: no address, or none of it usable.
        """
        return cls(Access.from_environment(url))

    @property
    def address(self) -> str:
        """Where the service is, for a person."""
        return f"{self.transport.access.origin}{self.transport.access.prefix}"

    def is_ready(self) -> bool:
        """Ask once whether the service answers and everything it needs is there."""
        once = Transport(access=self.transport.access, timeout_s=self.transport.timeout_s, attempts=1)
        try:
            with once:
                once.get("/health/ready")
        except (ProblemError, UnreachableError):
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self.transport.close()

    def __enter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()
