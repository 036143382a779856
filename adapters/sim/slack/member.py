"""One of the people in a workspace: where they are, whom they let in, and what they install."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from . import oauth, posting
from .invoking import Refused
from .nouns import DIRECT, GROUP, Channel, Message, User

if TYPE_CHECKING:
    from .world import World

Place = str | Channel


class Member:
    """Somebody in a workspace. A place is a channel's name, its id, itself, or "dm"."""

    def __init__(self, world: "World", user: User) -> None:
        self.world = world
        self.user = user

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def dm(self) -> Channel:
        """The direct messages with the app."""
        return self.world.dm(self.user)

    # -- places and the workspace ---------------------------------------------------------------

    def sees(self, where: Place) -> list[Message]:
        """What this person sees in a conversation, oldest first: everything, and whispers meant for them."""
        found = self.world.history(self._place(where), ephemeral=True)
        return [message for message in found if message.seen_by in (None, self.id)]

    def open_group(self, *others: str) -> Channel:
        """Direct messages with several people and the app."""
        people = [self.world.user(name).id for name in others]
        return self.world.conversation(GROUP, self.user.team_id, [self.id, *people, self._installed().id])

    def invite(self, where: Place) -> None:
        """Bring the app into a channel."""
        channel = self._place(where)
        posting.join(self.world, channel, self._installed(), self.user)

    def remove(self, where: Place) -> None:
        """Remove the app from a channel."""
        posting.leave(self.world, self._place(where), self._installed())

    def archive(self, where: Place) -> None:
        """Archive a channel."""
        channel = self._place(where)
        channel.is_archived = True
        self.world.tell("channel.archived", channel, channel, detail=self.user)

    def delete_channel(self, where: Place) -> None:
        """Delete a channel with all that stands in it."""
        channel = self._place(where)
        channel.deleted = True
        self.world.tell("channel.deleted", channel, channel, detail=self.user)

    def authorize(self, url: str) -> str:
        """Allow the app on the page of an install address; returns the address one is sent to. Raises Refused."""
        asked = dict(parse_qsl(urlsplit(url).query))
        try:
            return oauth.allow(self.world, asked | {"user": self.id})
        except oauth.Refused as refused:
            raise Refused(str(refused)) from None

    def uninstall(self) -> None:
        """Take the app out of one's workspace."""
        oauth.uninstall(self.world, self.world.teams[self.user.team_id])

    # -- what a client checks -------------------------------------------------------------------

    def _place(self, where: Place) -> Channel:
        if where == "dm":
            return self.dm
        found = self.world.channel(where)
        if found.team_id != self.user.team_id:
            raise Refused(f"{found.name or found.id} is in another workspace")
        return found

    def _inside(self, channel: Channel) -> None:
        if channel.is_archived or channel.deleted:
            raise Refused("this channel is closed")
        if self.id not in channel.members:
            raise Refused(f"{self.user.name} is not in #{channel.name}")
        app = self.world.app
        if channel.kind == DIRECT and (app.messages_read_only or not app.messages_tab):
            raise Refused("sending messages to this app has been turned off")

    def _installed(self) -> User:
        bot = self.world.bot_in(self.user.team_id)
        if bot is None:
            raise Refused("the app is not installed here")
        return bot

    def _root(self, channel: Channel, thread: Message | str | None) -> str | None:
        if thread is None:
            return None
        ts = thread if isinstance(thread, str) else thread.thread_ts or thread.ts
        if (channel.id, ts) not in self.world.messages:
            raise Refused(f"there is no message {ts} here")
        return ts
