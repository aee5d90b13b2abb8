"""A courier that a test moves step by step, in the test's own thread.

Source: `api.delivery.courier`.
Left out: the delivery process, which tests start as a process of its own.
"""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from api.delivery.courier import Courier, Post
from api.storage.tables import Subscription


class Steps:
    """A courier that is moved by the test, in the test's own thread."""

    def __init__(self, subscription_id: str, post: Post) -> None:
        self.id = UUID(subscription_id)
        self.post = post
        self.courier = Courier(self.id, post)
        self.ended = threading.Event()

    def row(self) -> Subscription:
        with self.post.database.reading() as session:
            return session.get_one(Subscription, self.id)

    def until(self, question: Callable[[], Any], *, most: int = 400) -> None:
        for _ in range(most):
            if question():
                return
            self.ended.wait(min(0.05, self.courier.step(self.ended)))
        assert question(), "it did not come about"

    def until_settled(self, sequence: int) -> None:
        self.until(lambda: self.row().cursor_sequence >= sequence)
