"""Who people are: names, whether they administer their workspace, and the user groups they are in. Asked once, remembered for a while.

Nothing here fails: what Slack does not tell (a missing scope, a limit, an outage) is left out, and asked again later.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from bridge.ports import Clock, Notify
from bridge.values.errors import ChatError
from bridge.values.ids import PersonId, RoleId, WorkspaceId
from bridge.values.inbound import Person
from bridge.values.notices import Trouble

from .rest import Rest

REMEMBERED = 5_000
PERSON_SECONDS = 120.0
GROUP_SECONDS = 120.0
CHANNEL_SECONDS = 3600.0
AGAIN_SECONDS = 30.0
"""After Slack did not tell, so long is not asked again."""
PATIENCE = 1.5
"""Seconds one question may take: whoever asked waits for it."""
MOST_NAMES = 20
"""In one message whose names are asked for."""

_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    name: str
    admin: bool = False
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group: `S…`, mentioned as @handle."""

    id: RoleId
    handle: str
    people: frozenset[str]


@dataclass(slots=True)
class _Shelf(Generic[_Known]):
    """What was told, by what was asked for; what is over is kept as the best guess."""

    most: int = REMEMBERED
    entries: OrderedDict[tuple[str, str], tuple[float, _Known | None]] = field(default_factory=OrderedDict)

    def put(self, key: tuple[str, str], until: float, value: _Known | None) -> None:
        self.entries[key] = (until, value)
        self.entries.move_to_end(key)
        while len(self.entries) > self.most:
            self.entries.popitem(last=False)

    def fresh(self, key: tuple[str, str], now: float) -> bool:
        return key in self.entries and now < self.entries[key][0]

    def get(self, key: tuple[str, str]) -> _Known | None:
        return self.entries[key][1] if key in self.entries else None


class People:
    """Of every workspace."""

    def __init__(self, rest: Rest, clock: Clock, notify: Notify) -> None:
        self._rest = rest
        self._clock = clock
        self._notify = notify
        self._profiles: _Shelf[Profile] = _Shelf()
        self._groups: _Shelf[tuple[Group, ...]] = _Shelf()
        self._channels: _Shelf[str] = _Shelf()
        self._asking: dict[tuple[str, str], asyncio.Lock] = {}

    async def person(self, workspace: WorkspaceId, user: str) -> Person:
        """Somebody with their groups; by their id alone where Slack does not tell."""
        profile, groups = await asyncio.gather(self._profile(workspace, user), self.groups(workspace))
        return Person(
            id=PersonId(user),
            name=profile.name if profile else user,
            roles=_roles(groups, user),
            admin=profile is not None and profile.admin,
            bot=profile is not None and profile.bot,
        )

    async def roles(self, workspace: WorkspaceId, user: str) -> tuple[RoleId, ...]:
        return _roles(await self.groups(workspace), user)

    async def groups(self, workspace: WorkspaceId) -> tuple[Group, ...]:
        """By their handles: Slack has no order of rank, and this one can be changed by whoever names them."""
        key = (workspace, "groups")
        arguments = {"include_users": True}
        found = await self._ask(self._groups, key, "usergroups.list", arguments, GROUP_SECONDS, _groups)
        return found or ()

    async def names(self, workspace: WorkspaceId, wanted: Collection[str]) -> dict[str, str]:
        """Readable names of people, channels and groups, as far as they are known."""
        asked = sorted(wanted)[:MOST_NAMES]
        found = await asyncio.gather(*(self._name(workspace, each) for each in asked))
        return {each: name for each, name in zip(asked, found, strict=True) if name}

    async def _name(self, workspace: WorkspaceId, what: str) -> str | None:
        if what[:1] in "UW":
            profile = await self._profile(workspace, what)
            return profile.name if profile else None
        if what[:1] == "S":
            groups = await self.groups(workspace)
            return next((f"@{group.handle}" for group in groups if group.id == what), None)
        key, arguments = (workspace, what), {"channel": what}
        return await self._ask(
            self._channels, key, "conversations.info", arguments, CHANNEL_SECONDS, _channel_name
        )

    async def _profile(self, workspace: WorkspaceId, user: str) -> Profile | None:
        key, arguments = (workspace, user), {"user": user}
        read = partial(profile, workspace)
        return await self._ask(self._profiles, key, "users.info", arguments, PERSON_SECONDS, read)

    async def _ask(
        self,
        shelf: _Shelf[_Known],
        key: tuple[str, str],
        method: str,
        arguments: dict[str, Any],
        seconds: float,
        read: Any,
    ) -> _Known | None:
        """One at a time for each thing asked: many messages at once cost one call."""
        if shelf.fresh(key, self._clock.now()):
            return shelf.get(key)
        lock = self._asking.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                if not shelf.fresh(key, self._clock.now()):
                    await self._look_up(shelf, key, method, arguments, seconds, read)
        finally:
            if not lock.locked():
                self._asking.pop(key, None)
        return shelf.get(key)

    async def _look_up(
        self,
        shelf: _Shelf[_Known],
        key: tuple[str, str],
        method: str,
        arguments: dict[str, Any],
        seconds: float,
        read: Any,
    ) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                told = await self._rest.call(WorkspaceId(key[0]), method, arguments, read=True)
            shelf.put(key, self._clock.now() + seconds, read(told))
        except (ChatError, TimeoutError, LookupError, TypeError, ValueError, AttributeError) as error:
            detail = error.detail if isinstance(error, ChatError) else method
            self._notify(Trouble(where="slack.people", error=type(error).__name__, detail=detail))
            shelf.put(key, self._clock.now() + AGAIN_SECONDS, shelf.get(key))


def _roles(groups: tuple[Group, ...], user: str) -> tuple[RoleId, ...]:
    return tuple(group.id for group in groups if user in group.people)


def profile(workspace: WorkspaceId, told: Mapping[str, Any]) -> Profile:
    """In a channel shared with another organisation, who administers that one administers nothing here.

    https://docs.slack.dev/reference/objects/user-object
    """
    user = told["user"]
    shown = user.get("profile") or {}
    names = (shown.get("display_name"), shown.get("real_name"), user.get("real_name"), user.get("name"))
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    ours = workspace in teams and not user.get("is_stranger")
    return Profile(
        name=next((str(name) for name in names if name), str(user["id"])),
        admin=ours and any(user.get(right) for right in ("is_admin", "is_owner", "is_primary_owner")),
        bot=bool(user.get("is_bot")),
    )


def _groups(told: Mapping[str, Any]) -> tuple[Group, ...]:
    """https://docs.slack.dev/reference/methods/usergroups.list"""
    found = [
        Group(
            id=RoleId(str(one["id"])),
            handle=str(one.get("handle") or one["id"]),
            people=frozenset(one.get("users") or ()),
        )
        for one in told["usergroups"]
        if not one.get("date_delete")
    ]
    return tuple(sorted(found, key=lambda group: group.handle))


def _channel_name(told: Mapping[str, Any]) -> str | None:
    """A direct message has none."""
    return str(told["channel"].get("name") or "") or None
