"""Workspaces that let us in and take us out again: OAuth for those that install us, and what becomes of their tokens.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError

from bridge.ports import Installations
from bridge.values.errors import BridgeError, ChatBroken, ChatError, ConfigError, StoreError
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.installation import Installation

from . import answers, apps, ids, tokens
from .answers import Answer
from .lobby import Lobby
from .manifest import SCOPES
from .states import SECONDS, States

PATH = "/slack/install"
RETURN_PATH = "/slack/oauth_redirect"

_COOKIE = "poebridge_install"
_AUTHORIZE = "https://slack.com/oauth/v2/authorize"
_AGAIN = (PATH, "Begin again")
_STALE = "This attempt was begun in another browser, too long ago, or was used already."
_NOT_STORED = "Slack let me in, but I could not keep that. Nothing was changed; please try again in a minute."
_WHOLE = (
    "I can be installed in a workspace, not in a whole organisation. Choose a workspace and install me there."
)
_NOT_SERVED = (
    "This bridge serves other workspaces only, and kept nothing. Remove the app in Slack again, or ask whoever runs the bridge to add "
    "yours under [slack] workspaces."
)
_REFUSED = "Slack did not let me in. Please try again; if that does not help, the app's client id or secret may be wrong."


class Installing:
    """Everything about being let in; `installations` keeps it over restarts."""

    def __init__(self, lobby: Lobby, installations: Installations | None) -> None:
        self._lobby = lobby
        self._installations = installations
        self._options = lobby.options
        self._states = States(self._options.client_secret, lobby.clock)

    async def remember(self) -> None:
        """Take up the tokens of all that let us in before. Raises StoreError."""
        if self._installations is None:
            return
        for installation in await self._installations.installed(ids.PLATFORM):
            self._lobby.rest.tokens.put(tokens.of(installation))

    async def look_after(self) -> None:
        """Learn of each what a token alone does not tell, and erase those that are over: we were taken out while we did not run."""
        for bearer in self._lobby.rest.tokens.all():
            try:
                if not bearer.bot:
                    await self.part(bearer.workspace)
            except BridgeError as error:
                self._lobby.trouble("install", error)

    # -- being let in ----------------------------------------------------------------------------

    def begin(self, headers: Mapping[str, str]) -> Answer:
        """Send a browser to Slack's own page."""
        browser = self._states.browser(_cookie(headers))
        asked = {
            "client_id": self._options.client_id,
            "scope": ",".join(SCOPES),
            "user_scope": "",
            "state": self._states.issue(browser),
            **self._return_address(),
        }
        return answers.redirect(
            f"{self._authorize_url()}?{urlencode(asked)}", {"Set-Cookie": self._set_cookie(browser)}
        )

    async def finish(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Slack sent the browser back, with a code that is good for one token."""
        if not self._states.redeem(query.get("state", ""), _cookie(headers)):
            return answers.page(400, "That did not work", _STALE, _AGAIN)
        if query.get("error") == "access_denied":
            return answers.page(200, "Not installed", "Nobody let me in, and nothing was changed.", _AGAIN)
        if not query.get("code"):
            return answers.page(400, "That did not work", _REFUSED, _AGAIN)
        try:
            told = await self._exchange(query["code"])
            if told.get("is_enterprise_install") or not told.get("team"):
                return answers.page(400, "That did not work", _WHOLE, _AGAIN)
            installation = _installation(told, self._lobby.clock.now())
            if not self._lobby.admits(installation.workspace, ""):
                return answers.page(403, "Not for this workspace", _NOT_SERVED)
            await self._keep(installation)
        except (ChatError, LookupError, TypeError) as error:
            self._lobby.trouble("install", error)
            return answers.page(502, "That did not work", _REFUSED, _AGAIN)
        except StoreError as error:
            self._lobby.trouble("install", error)
            return answers.page(503, "That did not work", _NOT_STORED, _AGAIN)
        where = (
            f"slack://app?{urlencode({'team': installation.workspace, 'id': str(told.get('app_id') or '')})}"
        )
        said = f"I am in {installation.name} now. Mention me in a channel, or write to me directly."
        return answers.page(200, "Installed", said, (where, "Open Slack"))

    async def _exchange(self, code: str) -> Mapping[str, Any]:
        """Raises ChatError."""
        asked = {
            "client_id": self._options.client_id,
            "client_secret": self._options.client_secret,
            "code": code,
        }
        client = apps.client(self._options.api_url)
        try:
            told = await client.api_call("oauth.v2.access", data=asked | self._return_address())
        except SlackApiError as error:
            raise ChatError(detail=f"oauth.v2.access: {error.response.get('error')}") from None
        except Exception as error:
            raise ChatBroken(detail=f"oauth.v2.access: {type(error).__name__}") from None
        return told.data if isinstance(told.data, dict) else {}

    async def _keep(self, installation: Installation) -> None:
        """On disk first: a token that only this process knows is lost with it. Raises StoreError."""
        if self._installations is not None:
            await self._installations.install(installation)
        self._lobby.rest.tokens.put(tokens.of(installation))
        try:
            await self._lobby.rest.introduce(installation.token)  # tells of the bot behind our user too
        except BridgeError as error:
            self._lobby.trouble("install", error)

    # -- being taken out -------------------------------------------------------------------------

    async def part(self, workspace: WorkspaceId) -> bool:
        """Slack says that our token there is over: erase it, unless it is of a later installation and still good.

        Raises ChatError when Slack can't be asked, and StoreError.
        """
        rest = self._lobby.rest
        bearer = rest.tokens.get(workspace)
        if bearer is not None:
            try:
                await rest.introduce(bearer.token)
            except ConfigError:
                pass  # it is over indeed
            else:
                return False
        rest.tokens.forget(workspace)
        if self._installations is not None:
            await self._installations.uninstall(ids.PLATFORM, workspace)
        return True

    # -- addresses and cookies -------------------------------------------------------------------

    def _authorize_url(self) -> str:
        """Beside the API, where Slack is somewhere else."""
        own = self._options.api_url.rstrip("/").removesuffix("/api")
        return f"{own}/oauth/v2/authorize" if own else _AUTHORIZE

    def _return_address(self) -> dict[str, str]:
        url = self._options.public_url.rstrip("/")
        return {"redirect_uri": url + RETURN_PATH} if url else {}

    def _set_cookie(self, browser: str) -> str:
        safe = "; Secure" if self._options.public_url.startswith("https:") else ""
        return f"{_COOKIE}={browser}; Path=/slack; Max-Age={int(SECONDS)}; HttpOnly; SameSite=Lax{safe}"


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _installation(told: Mapping[str, Any], now: float) -> Installation:
    """https://docs.slack.dev/reference/methods/oauth.v2.access"""
    return Installation(
        platform=ids.PLATFORM,
        workspace=WorkspaceId(str(told["team"]["id"])),
        name=str(told["team"].get("name") or told["team"]["id"]),
        bot=PersonId(str(told["bot_user_id"])),
        scopes=tuple(filter(None, str(told.get("scope") or "").split(","))),
        at=now,
        token=str(told["access_token"]),
    )
