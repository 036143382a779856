"""Acting as one of the people: what a person's Discord client can do, and what it would refuse."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import components, interactions, invoking, posting, render_messages
from .invoking import Refused
from .nouns import (
    HAS_SNAPSHOT,
    PUBLIC_THREAD,
    Channel,
    Interaction,
    Json,
    Message,
    Reference,
    User,
)

if TYPE_CHECKING:
    from .world import World

File = tuple[str, bytes] | tuple[str, bytes, str]
Place = str | int | Channel


class Person:
    """One person at their keyboard. A place is a channel's name, its id, itself, or "dm"."""

    def __init__(self, world: "World", user: User) -> None:
        self.world = world
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    def open_dm(self) -> Channel:
        """The direct messages with the bot."""
        return self.world.dm(self.user)

    def say(
        self,
        where: Place,
        text: str = "",
        *,
        reply_to: Message | None = None,
        mention_bot: bool = False,
        ping: bool = True,
        files: Iterable[File] = (),
    ) -> Message:
        """Write a message; `mention_bot` puts the bot's mention before the text, `ping` is the reply's bell."""
        channel = self._place(where)
        self._must(channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
        body = f"{self.world.bot.mention} {text}" if mention_bot else text
        attachments = [self.world.files.store(channel.id, *file) for file in files]
        if not body.strip() and not attachments:
            raise Refused("there is nothing to send")
        draft = posting.Draft(content=body, attachments=attachments)
        if reply_to is not None:
            draft.reference = _reference(0, reply_to)
            draft.allowed_mentions = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        return posting.post(self.world, channel, self.user, draft)

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        self._own(message)
        posting.edit(self.world, message, posting.Alteration(content=text))

    def delete(self, message: Message) -> None:
        """Delete one's own message, or anybody's with the permission to."""
        channel = self.world.channels[message.channel_id]
        if not self.world.can(self.user, channel, "manage_messages"):
            self._own(message)
        posting.delete(self.world, message)

    def forward(self, message: Message, to: Place) -> Message:
        """Forward a message to another place."""
        draft = posting.Draft(
            flags=HAS_SNAPSHOT,
            reference=_reference(1, message),
            snapshots=[render_messages.snapshot(self.world, message)],
        )
        return posting.post(self.world, self._place(to), self.user, draft)

    def react(self, message: Message, emoji: str) -> None:
        """Put a reaction under a message."""
        posting.react(self.world, message, self.user, emoji)

    def type(self, where: Place) -> None:
        """Be seen typing."""
        posting.start_typing(self.world, self._place(where), self.user)

    def start_thread(self, name: str, *, at: Message | None = None, where: Place = "general") -> Channel:
        """A public thread, at a message or on its own in a channel."""
        parent = self.world.channels[at.channel_id] if at else self._place(where)
        self._must(parent, "create_public_threads")
        return posting.open_thread(self.world, parent, self.user, name[:100], kind=PUBLIC_THREAD, starter=at)

    def press(self, message: Message, custom_id: str) -> Interaction:
        """Press a button."""
        button = self._component(message, custom_id)
        if button["type"] != components.BUTTON:
            raise Refused(f"{custom_id!r} is not a button")
        return self._touch(message, {"component_type": components.BUTTON, "custom_id": custom_id})

    def select(self, message: Message, custom_id: str, values: list[str]) -> Interaction:
        """Choose from a menu."""
        menu = self._component(message, custom_id)
        if menu["type"] == components.SELECT:
            known = {option["value"] for option in menu["options"]}
            if strange := set(values) - known:
                raise Refused(f"not on the menu: {sorted(strange)}")
        return self._touch(
            message, {"component_type": menu["type"], "custom_id": custom_id, "values": values}
        )

    def slash(
        self, command: str, options: Mapping[str, Any] | None = None, *, where: Place = "general"
    ) -> Interaction:
        """Send a slash command, "ask" or "budget show".

        Options are checked against what the bot registered: text, numbers, people (name or User),
        roles, channels, and files as (name, bytes, content type). Raises Refused.
        """
        channel = self._place(where)
        data = invoking.chat_data(self.world, channel, self.user, command, options or {})
        return interactions.start(self.world, interactions.COMMAND, self.user, channel, data)

    async def autocomplete(
        self,
        command: str,
        option: str,
        partial: str,
        *,
        others: Mapping[str, Any] | None = None,
        where: Place = "general",
    ) -> list[Json]:
        """The choices the bot offers for what was typed so far; empty when it does not answer in time."""
        channel = self._place(where)
        given = {**(others or {}), option: partial}
        data = invoking.chat_data(self.world, channel, self.user, command, given, focused=option)
        asked = interactions.start(self.world, interactions.AUTOCOMPLETE, self.user, channel, data)
        await self.world.until(lambda: asked.state != "waiting", within=self.world.rules.callback_seconds + 5)
        return asked.choices or []

    def commands(self, where: Place = "general") -> list[Json]:
        """The slash commands this person is offered in a place."""
        return invoking.offered(self.world, self._place(where), self.user)

    def context_menu(self, name: str, target: Message | User) -> Interaction:
        """Use a command from the menu of a message or a person."""
        channel = (
            self.world.channels[target.channel_id] if isinstance(target, Message) else self._place("general")
        )
        data = invoking.menu_data(self.world, channel, self.user, name, target)
        return interactions.start(self.world, interactions.COMMAND, self.user, channel, data)

    def submit_modal(self, interaction: Interaction, values: Mapping[str, str]) -> Interaction:
        """Fill in the form the bot opened in answer to `interaction`, and send it."""
        if interaction.modal is None:
            raise Refused("no form was opened")
        asked = {c["custom_id"] for c in components.walk(interaction.modal["components"]) if "custom_id" in c}
        if strange := values.keys() - asked:
            raise Refused(f"the form has no field {sorted(strange)}; it has {sorted(asked)}")
        filled = components.numbered(interaction.modal["components"])
        data = {
            "custom_id": interaction.modal["custom_id"],
            "components": [_filled(part, values) for part in filled],
        }
        channel = self.world.channels[interaction.channel_id]
        return interactions.start(
            self.world,
            interactions.MODAL_SUBMIT,
            self.user,
            channel,
            data,
            message=interaction.message,
            parent=interaction,
        )

    def sees(self, where: Place) -> list[Message]:
        """What this person sees in a place, oldest first: everything, and whispers meant for them."""
        channel = self._place(where)
        return [m for m in self.world.history(channel, ephemeral=True) if m.seen_by in (None, self.user.id)]

    def _place(self, where: Place) -> Channel:
        return self.open_dm() if where == "dm" else self.world.channel(where)

    def _must(self, channel: Channel, *names: str) -> None:
        if not self.world.can(self.user, channel, "view_channel", *names):
            raise Refused(f"{self.user.username} may not {' or '.join(names)} in #{channel.name}")

    def _own(self, message: Message) -> None:
        if message.author is not self.user:
            raise Refused("this message is somebody else's")

    def _component(self, message: Message, custom_id: str) -> Json:
        found = components.find(message, custom_id)
        if message.deleted or found is None:
            shown = [c["custom_id"] for c in components.walk(message.components) if "custom_id" in c]
            raise Refused(f"no component {custom_id!r} under this message; there are {shown}")
        if found.get("disabled"):
            raise Refused(f"{custom_id!r} is disabled")
        if message.seen_by not in (None, self.user.id):
            raise Refused("this message is shown to somebody else")
        return found

    def _touch(self, message: Message, data: Json) -> Interaction:
        number = self._component(message, data["custom_id"])["id"]
        channel = self.world.channels[message.channel_id]
        return interactions.start(
            self.world, interactions.COMPONENT, self.user, channel, data | {"id": number}, message=message
        )


def _reference(kind: int, message: Message) -> Reference:
    return Reference(
        kind=kind, channel_id=message.channel_id, message_id=message.id, guild_id=message.guild_id
    )


def _filled(part: Json, values: Mapping[str, str]) -> Json:
    """One row or label of a form as it is sent back: ids and values, no decoration."""
    kept: Json = {"type": part["type"], "id": part["id"]}
    if "custom_id" in part:
        kept |= {
            "custom_id": part["custom_id"],
            "value": values.get(part["custom_id"], part.get("value", "")),
        }
    if "components" in part:
        kept["components"] = [_filled(inner, values) for inner in part["components"]]
    if "component" in part:
        kept["component"] = _filled(part["component"], values)
    return kept
