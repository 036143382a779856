"""Acting as one of the people: what a person's Slack client can do, and what it would refuse."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import blocks, files, invoking, mentions, modals, posting, streams
from .delivery import Deliveries
from .invoking import Refused
from .member import Member, Place
from .nouns import Channel, File, Invocation, Json, Message, User, View

if TYPE_CHECKING:
    from .world import World

Uploaded = tuple[str, bytes] | tuple[str, bytes, str]


class Person(Member):
    """One person at their keyboard. A place is a channel's name, its id, itself, or "dm"."""

    def __init__(self, world: "World", deliveries: Deliveries, user: User) -> None:
        super().__init__(world, user)
        self._deliveries = deliveries

    # -- writing --------------------------------------------------------------------------------

    def say(
        self,
        where: Place,
        text: str = "",
        *,
        thread: Message | str | None = None,
        mention_bot: bool = False,
        broadcast: bool = False,
        files: Iterable[Uploaded] = (),
    ) -> Message:
        """Write plain text, with mentions as `<@U…>`; `thread` is any message of the thread, or its `ts`."""
        channel = self._place(where)
        self._inside(channel)
        uploaded = [_stored(self.world, self.user, each) for each in files]
        body = f"{self._installed().mention} {text}" if mention_bot else text
        if not body.strip() and not uploaded:
            raise Refused("there is nothing to send")
        wire, elements = mentions.typed(body)
        draft = posting.Draft(
            text=wire,
            blocks=mentions.rich(elements, "b1"),
            files=uploaded,
            thread_ts=self._root(channel, thread),
            broadcast=broadcast,
            subtype="file_share" if uploaded else None,
        )
        return posting.post(self.world, channel, self.user, draft)

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        self._own(message)
        wire, elements = mentions.typed(text)
        new = posting.Alteration(text=wire, blocks=mentions.rich(elements, "b1"))
        posting.edit(self.world, message, self.user, new)

    def delete(self, message: Message) -> None:
        """Delete one's own message; an admin anybody's."""
        if not self.user.is_admin:
            self._own(message)
        posting.delete(self.world, message)

    def react(self, message: Message, name: str) -> None:
        """Put a reaction under a message."""
        posting.react(self.world, message, self.user, name.strip(":"))

    # -- the app's commands and buttons ---------------------------------------------------------

    def slash(self, where: Place, command: str, text: str = "") -> Invocation:
        """Send a slash command of the app. Slack offers none in threads."""
        channel = self._place(where)
        if command not in self.world.app.commands:
            raise Refused(f"{command} is not a valid command; there are {sorted(self.world.app.commands)}")
        self._installed()
        payload = invoking.command(self.world, self.user, channel, command, text)
        return self._start("slash", payload, channel=channel, responds=True)

    def press(self, where: Message | View, action_id: str, value: str | None = None) -> Invocation:
        """Press a button; of feedback buttons, the one with this value."""
        block, part = self._usable(where, action_id)
        action: Json = {"action_id": action_id, "block_id": block["block_id"], "type": part["type"]}
        if part["type"] == "feedback_buttons":
            sides = [part["positive_button"], part["negative_button"]]
            chosen = next((side for side in sides if side["value"] == value), None)
            if chosen is None:
                raise Refused(f"{value!r} is neither of {[side['value'] for side in sides]}")
            action |= {"value": chosen["value"], "text": chosen["text"]}
        elif part["type"] in ("button", "icon_button"):
            action |= {key: part[key] for key in ("text", "value", "style") if key in part}
        else:
            raise Refused(f"{action_id!r} is a {part['type']}, not a button")
        return self._act(where, action)

    def select(self, where: Message | View, action_id: str, value: Any) -> Invocation:
        """Choose from a menu: an option's value, an id, or a list of them where several may be chosen."""
        block, part = self._usable(where, action_id)
        state = self._filled(part, value)
        if isinstance(where, View) and part["type"] != "overflow":
            where.values[block["block_id"]][action_id] = state
        return self._act(where, {"action_id": action_id, "block_id": block["block_id"], **state})

    async def suggest(self, where: Message | View, action_id: str, typed: str) -> list[Json]:
        """The options the app offers for what was typed so far; empty when it does not answer in time."""
        block, part = self._usable(where, action_id)
        payload = invoking.suggestion(self.world, self.user, part | {"block_id": block["block_id"]}, typed)
        payload |= self._around(where)
        asked = self._start("suggestion", payload)
        await self.world.until(lambda: asked.state != "waiting", self.world.rules.ack_seconds + 5)
        found: list[Json] = (asked.ack or {}).get("options", [])
        return found

    def shortcut(self, where: Message | None, callback_id: str) -> Invocation:
        """Use a shortcut: of a message's menu, or with None a global one."""
        known, kind = self.world.app.shortcuts or {}, "message" if where else "global"
        if known.get(callback_id) != kind:
            raise Refused(f"no {kind} shortcut {callback_id!r} is declared; there are {known}")
        payload = invoking.shortcut(self.world, self.user, callback_id, where)
        channel = self.world.channels[where.channel_id] if where else None
        action = "message_action" if where else "shortcut"
        return self._start(action, payload, channel=channel, message=where, responds=where is not None)

    # -- modals and the app's own pages ---------------------------------------------------------

    @property
    def modal(self) -> View | None:
        """The modal on top of this person's screen."""
        there = [v for v in self.world.views.values() if v.user_id == self.id and v.kind == "modal"]
        return next((view for view in reversed(there) if view.state == "open"), None)

    def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Invocation:
        """Fill in a form, by block id or action id, and send it."""
        if view.state != "open" or view.kind != "modal":
            raise Refused("this form is not open")
        parts = [(block, part) for block, part in blocks.usable(view.blocks) if block["type"] == "input"]
        known = {name for block, part in parts for name in (block["block_id"], part["action_id"])}
        if strange := set(values or {}) - known:
            raise Refused(f"the form has no field {sorted(strange)}; it has {sorted(known)}")
        for block, part in parts:
            for name in (block["block_id"], part["action_id"]):
                if values is not None and name in values:
                    view.values[block["block_id"]][part["action_id"]] = self._filled(part, values[name])
        if empty := modals.missing(view, view.values):
            raise Refused(f"please complete {', '.join(empty)}")
        view.errors = {}
        payload = invoking.submission(self.world, self.user, view)
        return self._start("submission", payload, view=view)

    def close(self, view: View) -> Invocation | None:
        """Close a form; the app hears of it where it asked to."""
        modals.close(self.world, view)
        if not view.body.get("notify_on_close"):
            return None
        payload = invoking.closed(self.world, self.user, view, cleared=False)
        return self._start("closed", payload, view=view)

    def open_home(self) -> View | None:
        """Open the app's Home; returns what the app published so far."""
        if not self.world.app.home_tab:
            raise Refused("the app has no Home")
        view = modals.home(self.world, self.user)
        self.world.tell("home.opened", self.user, self.dm, detail=("home", self.dm, view))
        return view

    @property
    def home(self) -> View | None:
        """What the app published on its Home for this person."""
        return modals.home(self.world, self.user)

    def open_messages(self) -> Channel:
        """Open the app's messages."""
        if not self.world.app.messages_tab:
            raise Refused("the app takes no messages")
        self.world.tell("home.opened", self.user, self.dm, detail=("messages", self.dm, None))
        return self.dm

    def look_at(self, *entities: Json) -> None:
        """Look at something while the app's pane is open; agents hear of it."""
        self.world.tell("context.changed", self.user, self.dm, detail=(self.dm, list(entities)))

    def stop(self, message: Message) -> None:
        """Press Slack's own Stop in the thread of this message."""
        thread_ts = message.thread_ts or message.ts
        session = self.world.sessions.get((message.channel_id, thread_ts))
        if session is None or session.status != "processing" or not session.stoppable:
            raise Refused("there is no Stop button in this thread")
        channel = self.world.channels[message.channel_id]
        stamps = streams.stop(self.world, channel, thread_ts)
        self.world.tell("session.stopped", session, channel, detail=(self.user, stamps))

    def rename(self, message: Message, title: str) -> None:
        """Give the session of this message's thread another title."""
        session = self.world.sessions[message.channel_id, message.thread_ts or message.ts]
        detail = (self.user, session.title)
        session.title = title
        self.world.tell("session.titled", session, self.world.channels[session.channel_id], detail=detail)

    # -- what a client checks -------------------------------------------------------------------

    def _own(self, message: Message) -> None:
        if message.user_id != self.id:
            raise Refused("this message is somebody else's")

    def _usable(self, where: Message | View, action_id: str) -> tuple[Json, Json]:
        if isinstance(where, Message) and (where.deleted or where.seen_by not in (None, self.id)):
            raise Refused("this person does not see that message")
        for block, part in blocks.usable(where.blocks):
            if part["action_id"] == action_id:
                return block, part
        shown = [part["action_id"] for _, part in blocks.usable(where.blocks)]
        raise Refused(f"there is no {action_id!r} here; there are {shown}")

    def _filled(self, part: Json, value: Any) -> Json:
        try:
            return modals.filled(part, value)
        except modals.Wrong as wrong:
            raise Refused(str(wrong)) from None

    def _around(self, where: Message | View) -> Json:
        shown = invoking.message_action if isinstance(where, Message) else invoking.view_action
        full = shown(self.world, self.user, where, {})  # type: ignore[arg-type]
        return {name: full[name] for name in ("container", "channel", "message", "view") if name in full}

    def _act(self, where: Message | View, action: Json) -> Invocation:
        if isinstance(where, View):
            payload = invoking.view_action(self.world, self.user, where, action)
            return self._start("action", payload, view=where)
        payload = invoking.message_action(self.world, self.user, where, action)
        channel = self.world.channels[where.channel_id]
        return self._start("action", payload, channel=channel, message=where, responds=True)

    def _start(self, kind: str, payload: Json, **about: Any) -> Invocation:
        if kind != "slash" and not self.world.app.interactive:
            raise Refused("the app is not configured to handle interactive responses")
        return invoking.start(self.world, self._deliveries, kind, self.user, payload, **about)


def _stored(world: "World", owner: User, given: Uploaded) -> File:
    return files.put(world, owner, *given)
