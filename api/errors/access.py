"""Who asks is not known, may not do it, or has tried too often.

Source: RFC 9110 for 401 and 403, RFC 6585 for 429.
Left out: a foreign site's thing, which is not found (`states.py`): its existence is nobody else's business.
"""

from api.errors.family import ApiError


class AccessError(ApiError):
    """The request is not let through for whoever asks."""

    code = "access_denied"
    title = "This is not permitted"
    status = 403


class NotLoggedInError(AccessError):
    """Nobody is logged in, or the session or token is over."""

    code = "not_logged_in"
    title = "Nobody is logged in"
    status = 401


class WrongCredentialsError(AccessError):
    """Name and password do not belong together; which of them is wrong is not said."""

    code = "wrong_credentials"
    title = "Name or password is wrong"
    status = 401


class MissingPermissionError(AccessError):
    """The roles of the person do not include what the route needs."""

    code = "missing_permission"
    title = "Your roles do not permit this"

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the right {permission}. Accepted: a person one of whose roles has it.")
        self.permission = permission


class EverySiteRequiredError(AccessError):
    """What is asked for holds the work of every site, and not every site is given to the person."""

    code = "every_site_required"
    title = "This is for people of every site"


class PasswordChangeRequiredError(AccessError):
    """A one-time password opens nothing but the change of itself."""

    code = "password_change_required"
    title = "The one-time password has to be changed first"


class CsrfTokenError(AccessError):
    """A change with a session cookie came without the token that only our own page can read."""

    code = "csrf_token"
    title = "The request does not come from the service's own page"


class SamePersonError(AccessError):
    """Two signatures of one person are one signature."""

    code = "same_person"
    title = "This needs a second person"


class TooManyAttemptsError(AccessError):
    """Logging in failed so often that it is refused for a while."""

    code = "too_many_attempts"
    title = "Too many failed attempts"
    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"Logging in is refused for {wait_s} s. Accepted: an attempt after that.")
        self.wait_s = wait_s
