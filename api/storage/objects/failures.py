"""What the operating system says of a write that failed, in the words of the service.

Source: errno(3): no space, no quota, larger than a file may be.
Left out: failures of a bucket (`bucket.py`).
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import StorageError, StorageFullError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def failure_is_named() -> Iterator[None]:
    """Turn a failed write into an error of the service.

    Raises:
        StorageFullError: the disk takes no more.
        StorageError: it cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(needed_bytes=None, free_bytes=None) from error
        raise StorageError(f"The file store cannot be written: {error.strerror or error}.") from error
