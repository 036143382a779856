"""Messages as Discord sends them, read as ours."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from adapters.discord import parse
from adapters.discord.parse import Ourselves, said
from bridge.values.ids import PersonId
from bridge.values.inbound import MessageRef, PlaceKind, Quoted
from bridge.values.parts import FileRef

US, ADA, BEN, GUILD, LAB, THREAD = 10, 20, 21, 100, 120, 130
ME = Ourselves(id=US)


def user(number: int, name: str, **more):
    return {
        "id": str(number),
        "username": name,
        "global_name": name.capitalize(),
        "discriminator": "0",
        "avatar": None,
        **more,
    }


def role(number: int, name: str, position: int, permissions: int = 0, **more):
    return {
        "id": str(number),
        "name": name,
        "position": position,
        "permissions": str(permissions),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
        **more,
    }


def thread(owner: int):
    return {
        "id": str(THREAD),
        "guild_id": str(GUILD),
        "parent_id": str(LAB),
        "owner_id": str(owner),
        "name": "a thread",
        "type": 11,
        "message_count": 1,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2026-11-20T10:00:00+00:00",
            "locked": False,
        },
    }


GUILD_PAYLOAD = {
    "id": str(GUILD),
    "name": "Harbour",
    "owner_id": str(ADA),
    "member_count": 3,
    "roles": [
        role(GUILD, "@everyone", 0),
        role(111, "Keepers", 3, permissions=1 << 5),
        role(112, "Crew", 2),
        role(113, "poebridge", 1, tags={"bot_id": str(US)}),
    ],
    "channels": [{"id": str(LAB), "type": 0, "name": "lab", "position": 0, "permission_overwrites": []}],
    "members": [],
    "threads": [],
    "emojis": [],
    "stickers": [],
    "features": [],
    "premium_tier": 0,
    "preferred_locale": "en-US",
    "verification_level": 0,
    "nsfw_level": 0,
    "system_channel_flags": 0,
}


@pytest.fixture
async def state():
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        state = client._connection
        state.user = discord.user.ClientUser(state=state, data=user(US, "poebridge", bot=True))
        state._users[US] = state.user
        state._add_guild_from_data(GUILD_PAYLOAD)
        yield state


@pytest.fixture
def heard(state):
    """A message from its payload, in #lab unless told otherwise."""

    def make(content: str = "hello", *, author=BEN, roles=("112",), where=LAB, owner=US, **more):
        guild = state._get_guild(GUILD)
        named = user(author, {ADA: "ada", BEN: "ben", US: "poebridge"}.get(author, "someone"))
        payload = {
            "id": "1573486045066952704",
            "channel_id": str(where),
            "author": named,
            "content": content,
            "timestamp": "2026-11-20T10:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
        } | more
        if where == "dm":
            channel = discord.DMChannel(
                me=state.user, state=state, data={"id": "140", "type": 1, "recipients": [named]}
            )
            return discord.Message(state=state, channel=channel, data=payload | {"channel_id": "140"})
        payload |= {"guild_id": str(GUILD), "member": {"roles": list(roles), "joined_at": None, "flags": 0}}
        channel = guild.get_channel(LAB)
        if where == THREAD:
            channel = discord.Thread(guild=guild, state=state, data=thread(owner))
        return discord.Message(state=state, channel=channel, data=payload)

    return make


def test_a_message_in_a_channel(heard) -> None:
    found = said(heard("hello there"), ME)
    assert found.event == "discord:m:1573486045066952704"
    assert (found.text, found.at, found.mentions_us) == ("hello there", 1795218707.101, False)
    assert (found.place.workspace, found.place.channel, found.place.kind) == ("100", "120", PlaceKind.CHANNEL)
    assert (found.person.id, found.person.name, found.person.roles) == ("21", "Ben", ("112",))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@10> what is up?", "what is up?"),
        ("<@!10> what is up?", "what is up?"),
        ("<@10>, what is up?", "what is up?"),
        ("<@10>: what is up?", "what is up?"),
        ("<@10> <@10>, what is up?", "what is up?"),
        ("what is up? <@10>", "what is up?"),
        ("what is up, <@!10> ", "what is up"),
        ("<@10>", ""),
        ("<@&113> what is up?", "what is up?"),  # the role that carries our name
    ],
)
def test_our_own_mention_is_taken_out(heard, content, text) -> None:
    found = said(heard(content, mentions=[user(US, "poebridge")] if "@&" not in content else []), ME)
    assert (found.text, found.mentions_us) == (text, True)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("what is <@10> up to?", "what is @Poebridge up to?"),
        ("<@10> who is <@!10>?", "who is @Poebridge?"),
        ("what do <@&113> and <@10> have in common", "what do @poebridge and @Poebridge have in common"),
    ],
)
def test_our_own_mention_within_a_sentence_stays_readable(heard, content, text) -> None:
    found = said(heard(content, mentions=[user(US, "poebridge")]), ME)
    assert (found.text, found.mentions_us) == (text, True)


def test_an_answer_that_pings_us_is_a_mention(heard) -> None:
    assert said(heard("go on", mentions=[user(US, "poebridge")]), ME).mentions_us


def test_everyone_is_not_us(heard) -> None:
    assert not said(heard("@everyone lunch", mention_everyone=True), ME).mentions_us


def test_other_mentions_become_readable(heard) -> None:
    content = (
        "ask <@20>, <@&112>, in <#120>, with <:wave:5> <a:dance:6> or </ask:7>, not <@999> <#998> <@&997>"
    )
    found = said(heard(content, mentions=[user(ADA, "ada")]), ME)
    assert found.text == "ask @Ada, @Crew, in #lab, with :wave: :dance: or /ask, not <@999> <#998> <@&997>"


def test_the_best_role_comes_first_and_everyone_is_none(heard) -> None:
    assert said(heard(roles=("113", "112", "111")), ME).person.roles == ("111", "112", "113")


@pytest.mark.parametrize(
    ("author", "roles", "admin"), [(BEN, ("111",), True), (BEN, ("112",), False), (ADA, (), True)]
)
def test_who_manages_the_server_is_an_admin(heard, author, roles, admin) -> None:
    assert said(heard(author=author, roles=roles), ME).person.admin is admin


def test_a_direct_message_has_a_workspace_of_its_own_and_no_admins(heard) -> None:
    found = said(heard(where="dm", author=ADA), ME)
    assert (found.place.kind, found.place.workspace, found.place.channel) == (PlaceKind.DIRECT, "@me", "140")
    assert (found.person.roles, found.person.admin) == ((), False)


@pytest.mark.parametrize(("owner", "ours"), [(US, True), (ADA, False)])
def test_a_thread_knows_its_channel_and_whether_we_started_it(heard, owner, ours) -> None:
    place = said(heard(where=THREAD, owner=owner), ME).place
    assert (place.kind, place.channel, place.parent, place.ours) == (PlaceKind.THREAD, "130", "120", ours)
    assert place.budget_channel == "120"


@pytest.mark.parametrize("kind", [6, 7, 18, 21, 20])
def test_discords_own_notices_are_not_heard(heard, kind) -> None:
    assert said(heard(type=kind), ME) is None


def test_bots_and_webhooks_are_not_heard(heard) -> None:
    assert said(heard(author_bot=True, author=99, webhook_id="7"), ME) is None
    message = heard()
    message.author._user.bot = True
    assert said(message, ME) is None


def test_attachments_are_references(heard) -> None:
    attachment = {
        "id": "1",
        "filename": "a.py",
        "size": 12,
        "url": "https://cdn.discordapp.com/a.py?ex=1",
        "proxy_url": "https://media.discordapp.net/a.py",
        "content_type": "text/x-python; charset=utf-8",
    }
    assert said(heard(attachments=[attachment]), ME).files == (
        FileRef(url="https://cdn.discordapp.com/a.py?ex=1", name="a.py", size=12, mime="text/x-python"),
    )


def answered(heard, author=ADA, content="the <@20> text", **more):
    """A reply to another message, as the event carries it."""
    inner = {
        "id": "77",
        "channel_id": str(LAB),
        "author": user(author, "ada" if author == ADA else "poebridge"),
        "content": content,
        "timestamp": "2026-11-20T09:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user(ADA, "ada")],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    } | more
    reference = {"type": 0, "message_id": "77", "channel_id": str(LAB), "guild_id": str(GUILD)}
    return heard("and this?", type=19, message_reference=reference, referenced_message=inner)


def test_a_reply_brings_the_message_it_answers(heard) -> None:
    found = said(answered(heard), ME)
    ref = MessageRef(channel="120", message="77")
    assert found.reply_to == ref
    assert found.quoted == (Quoted(author="Ada", text="the @Ada text", message=ref, by=PersonId(str(ADA))),)


def test_our_own_answer_is_known_as_ours(heard) -> None:
    (quoted,) = said(answered(heard, author=US), ME).quoted
    assert (quoted.ours, quoted.by) == (True, None)


def test_a_quoted_card_says_what_is_written_on_it(heard) -> None:
    embed = {"type": "rich", "title": "Build failed", "description": "3 tests"}
    assert said(answered(heard, content="", embeds=[embed]), ME).quoted[0].text == "Build failed\n\n3 tests"


def test_a_reply_to_a_deleted_message_still_tells_which(heard) -> None:
    reference = {"type": 0, "message_id": "77", "channel_id": str(LAB), "guild_id": str(GUILD)}
    found = said(heard(type=19, message_reference=reference, referenced_message=None), ME)
    assert (found.reply_to.message, found.quoted) == ("77", ())


def test_a_forwarded_message_is_quoted_and_answers_nothing(heard) -> None:
    snapshot = {
        "content": "old <:wave:5> words",
        "timestamp": "2026-11-20T09:00:00+00:00",
        "edited_timestamp": None,
        "attachments": [
            {
                "id": "1",
                "filename": "a.png",
                "size": 1,
                "url": "https://x/a.png",
                "proxy_url": "https://x/a.png",
            }
        ],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "flags": 0,
        "type": 0,
    }
    reference = {"type": 1, "message_id": "77", "channel_id": "999"}
    found = said(
        heard("", message_reference=reference, message_snapshots=[{"message": snapshot}], flags=1 << 14), ME
    )
    assert found.reply_to is None
    (quoted,) = found.quoted
    assert (quoted.text, quoted.message, quoted.ours) == ("old :wave: words", None, False)
    assert quoted.files[0].name == "a.png"


def test_without_the_content_intent_what_is_withheld_is_known_as_such(heard) -> None:
    blind = replace(ME, reads=False)
    assert not said(heard(""), blind).readable
    assert said(heard("<@10> hi", mentions=[user(US, "poebridge")]), blind).readable
    assert said(heard("", mentions=[user(US, "poebridge")]), blind).readable
    assert said(heard("", where="dm"), blind).readable
    assert said(heard(""), ME).readable


def test_a_name_nobody_knows_stays_as_it_is() -> None:
    assert parse.readable("<@1> <@!2>", lambda sign, number: None) == "<@1> <@!2>"
