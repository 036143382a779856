"""Who a text rings for, and how what people type becomes Slack's wire form.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from typing import TYPE_CHECKING

from .nouns import Json, Pings

if TYPE_CHECKING:
    from .world import World

USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
EVERYONE = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
NAME = re.compile(r"(?<![\w<])@([a-z0-9._-]+)")
TYPED = re.compile(r"<(?:@[UW][A-Z0-9]+|#[CDG][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!channel|!here|!everyone)>")
LINK = re.compile(r"https?://[^\s<>|]+")


def rung(world: "World", team_id: str, *written: str, names: bool = False) -> Pings:
    """Everyone these texts ring for; `names` also takes `@name`, as `link_names` does."""
    text = "\n".join(written)
    users = {found for found in USER.findall(text) if found in world.users}
    groups = {found for found in GROUP.findall(text) if found in world.groups}
    everyone = set(EVERYONE.findall(text))
    if names:
        called = set(NAME.findall(text))
        everyone |= called & {"channel", "here", "everyone"}
        users |= {u.id for u in world.users.values() if u.team_id == team_id and u.name in called}
        groups |= {g.id for g in world.groups.values() if g.team_id == team_id and g.handle in called}
    return Pings(users=frozenset(users), groups=frozenset(groups), everyone=frozenset(everyone))


def escaped(text: str) -> str:
    """Plain text as Slack carries it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """The text a person typed, from its wire form."""
    text = re.sub(r"<(https?://[^|>]+)(?:\|[^>]*)?>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str) -> tuple[str, list[Json]]:
    """What a person typed, in wire form and as the elements of a rich text: mentions stay, links get their brackets."""
    wire, at = "", 0
    elements: list[Json] = []
    for token in re.finditer(f"{TYPED.pattern}|{LINK.pattern}", text):
        wire, elements = _plain(wire, elements, text[at : token.start()])
        found = token.group()
        wire += f"<{escaped(found)}>" if found.startswith("http") else found
        elements.append(element(found))
        at = token.end()
    return _plain(wire, elements, text[at:])


def _plain(wire: str, elements: list[Json], text: str) -> tuple[str, list[Json]]:
    return wire + escaped(text), [*elements, {"type": "text", "text": text}] if text else elements


def element(found: str) -> Json:
    """A mention or an address as a part of a rich text."""
    inner = found[1:-1]
    if found.startswith("http"):
        return {"type": "link", "url": found}
    if found.startswith("<@"):
        return {"type": "user", "user_id": inner[1:]}
    if found.startswith("<#"):
        return {"type": "channel", "channel_id": inner[1:]}
    if found.startswith("<!subteam"):
        return {"type": "usergroup", "usergroup_id": inner.partition("^")[2]}
    return {"type": "broadcast", "range": inner[1:]}


def rich(elements: list[Json], block_id: str) -> list[Json]:
    """The block of a message that a person typed."""
    if not elements:
        return []
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]
