"""One call as its handler sees it: whose token, and arguments in the shape they were asked for."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.sim.slack import blocks
from adapters.sim.slack.errors import ApiError, malformed, missing_scope
from adapters.sim.slack.nouns import DIRECT, PUBLIC, Channel, Json, Message, Team, Token, User

if TYPE_CHECKING:
    from adapters.sim.slack.server import SlackServer
    from adapters.sim.slack.world import World


@dataclass(slots=True, kw_only=True)
class Call:
    """A call whose token was accepted. `args` are the arguments without the token."""

    server: "SlackServer"
    token: Token | None
    args: Json
    warnings: list[str] = field(default_factory=list)

    @property
    def world(self) -> "World":
        return self.server.world

    @property
    def team(self) -> Team:
        """The token's workspace."""
        assert self.token is not None
        return self.world.teams[self.token.team_id]

    @property
    def bot(self) -> User:
        """The token's user."""
        assert self.token is not None
        return self.world.users[self.token.user_id]

    def require(self, scope: str) -> None:
        """Refuse unless the token has this scope."""
        assert self.token is not None
        if scope not in self.token.scopes:
            raise missing_scope(scope, self.token.scopes)

    def customized(self) -> None:
        """Another name or icon than the app's own takes a scope of its own."""
        if any(self.text(name) for name in ("username", "icon_emoji", "icon_url")):
            self.require("chat:write.customize")

    # -- arguments ------------------------------------------------------------------------------

    def text(self, name: str, default: str = "") -> str:
        """A text argument."""
        value = self.args.get(name)
        if value is None:
            return default
        if not isinstance(value, (str, int, float)):
            raise malformed("invalid_arguments", f"{name} must be a string")
        return str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """A text argument that must be there."""
        value = self.text(name)
        if not value:
            raise malformed(error, f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no; forms say it as text."""
        value = self.args.get(name, default)
        return value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within its bounds."""
        try:
            value = int(self.args.get(name, default))
        except (TypeError, ValueError):
            raise malformed("invalid_arguments", f"{name} must be an integer") from None
        if not low <= value <= high:
            raise malformed("invalid_limit", f"{name} must be from {low} to {high}")
        return value

    def data(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument with structure; forms carry it as JSON. None where it is missing."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise malformed(error, f"{name} is no JSON") from None

    def list_of(self, name: str, error: str) -> list[Json]:
        """An array of objects; empty where it is missing."""
        found = self.data(name, error) or []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise malformed(error, f"{name} must be an array of objects")
        return found

    def blocks(self, name: str = "blocks") -> list[Json]:
        """Blocks as Slack keeps them, within its limits."""
        found = self.data(name, "invalid_blocks_format") or []
        try:
            blocks.check_all(found)
        except blocks.Wrong as wrong:
            raise malformed("invalid_blocks", str(wrong)) from None
        rules = self.world.rules
        markdown = sum(len(block["text"]) for block in found if block["type"] == "markdown")
        if markdown > rules.markdown_limit:
            raise ApiError("msg_blocks_too_long")
        if blocks.length(found) > rules.blocks_limit:
            raise ApiError("msg_blocks_too_long")
        return blocks.numbered(found)

    def metadata(self) -> Json | None:
        """What an app hangs on a message: `{event_type, event_payload}`."""
        found = self.data("metadata", "invalid_metadata_format")
        if found is None:
            return None
        if not isinstance(found, dict) or set(found) - {"event_type", "event_payload", "entities"}:
            raise malformed("invalid_metadata_format", "metadata takes event_type and event_payload")
        if not isinstance(found.get("event_type"), str) or not isinstance(found.get("event_payload"), dict):
            raise malformed("invalid_metadata_schema", "event_type is a string, event_payload an object")
        return found

    # -- places ---------------------------------------------------------------------------------

    def channel(self, name: str = "channel", *, inside: bool = True, user: bool = False) -> Channel:
        """The conversation, where the app can see it and, unless told, is in it. `user`: a person's id means their DM."""
        given = self.needed(name, "channel_not_found" if name == "channel" else "invalid_arguments")
        if user and given in self.world.users and self.world.users[given].team_id == self.team.id:
            given = self.world.dm(given).id
        found = self.world.channels.get(given)
        if found is None or found.deleted or found.team_id != self.team.id:
            raise ApiError("channel_not_found")
        here = self.bot.id in found.members
        if not here and found.kind != PUBLIC:
            raise ApiError("channel_not_found")
        if inside and not here:
            raise ApiError("not_in_channel")
        return found

    def writable(self, name: str = "channel", *, user: bool = False) -> Channel:
        """The conversation, where the app may write now."""
        channel = self.channel(name, user=user)
        if channel.is_archived:
            raise ApiError("is_archived")
        if channel.kind == DIRECT and not self.world.app.messages_tab:
            raise ApiError("messages_tab_disabled")
        return channel

    def thread(self, channel: Channel) -> str | None:
        """The `thread_ts` to write to; of an answer, that of its thread."""
        given = self.text("thread_ts")
        if not given:
            return None
        root = self.world.messages.get((channel.id, given))
        if root is None:
            raise ApiError("thread_not_found")
        return root.thread_ts or root.ts

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """The message that stands there; whispers are not found this way."""
        found = self.world.message(channel.id, self.needed(name))
        if found is None or found.ephemeral:
            raise ApiError("message_not_found")
        return found

    def own(self, channel: Channel, error: str) -> Message:
        """The message, where it is the app's."""
        found = self.message(channel)
        if found.user_id != self.bot.id or found.subtype in ("channel_join",):
            raise ApiError(error)
        return found


Handler = Callable[[Call], Json]
