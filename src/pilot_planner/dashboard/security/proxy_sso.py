"""A proxy in front of the server: its word about a visitor is believed, and nobody else's."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from pilot_planner.access.access import Access, Visitor, clean_name
from pilot_planner.access.roles import Role, role_of
from pilot_planner.dashboard.security.settings import Proxy
from pilot_planner.errors import AccessError, NotAllowedError

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]

USER, GROUPS = "pilot_planner.user", "pilot_planner.groups"
"""Where the application finds what a trusted proxy says of the visitor."""
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
_NEVER = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_PREFIX")


class TrustedProxy:
    """Takes headers about the visitor from trusted addresses, and takes them off everything else before it is answered."""

    def __init__(self, application: Wsgi, settings: Proxy) -> None:
        self._plain = application
        self._proxied = ProxyFix(application, x_for=1, x_proto=1, x_host=1, x_port=1)
        self._networks = [ipaddress.ip_network(one) for one in settings.addresses]
        self._user, self._groups = (_variable(name) for name in (settings.user_header, settings.groups_header))

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer one request."""
        user, groups = (environ.pop(name, "") if name else "" for name in (self._user, self._groups))
        environ.pop(USER, None)
        environ.pop(GROUPS, None)
        for name in _NEVER:
            environ.pop(name, None)
        if self._trusts(environ.get("REMOTE_ADDR", "")):
            environ[USER], environ[GROUPS] = user, groups
            return self._proxied(environ, start)
        for name in _FORWARDED:
            environ.pop(name, None)
        return self._plain(environ, start)

    def _trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def _variable(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}" if header else ""


def signed_on(access: Access, settings: Proxy, environ: Mapping[str, Any]) -> Visitor | None:
    """Who the proxy says is there; None where it says nothing.

    An account of that name has its own role, and none if it is disabled; anybody else the highest of his groups, else the
    role of those who are not known. Raises NotAllowedError where there is no role.
    """
    said = str(environ.get(USER, "")).strip()
    if not said:
        return None
    try:
        name = clean_name(said)
    except AccessError:
        raise NotAllowedError("The name that single sign-on gives cannot be that of an account.") from None
    own = access.find(name)
    if own is not None:
        if not own.active:
            raise NotAllowedError("This account is disabled: ask whoever looks after accounts.")
        return Visitor(name, own.role)
    groups = {one.strip() for one in str(environ.get(GROUPS, "")).split(",")}
    roles: list[Role] = [role_of(word) for group, word in settings.roles.items() if group in groups]
    if settings.unknown:
        roles.append(role_of(settings.unknown))
    if not roles:
        raise NotAllowedError("You are signed on, but there is no account for you here: ask whoever looks after accounts.")
    return Visitor(name, max(roles))
