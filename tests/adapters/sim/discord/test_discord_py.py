"""The real discord.py against the simulated Discord: everything a bridge does with it."""

import asyncio
from io import BytesIO
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from adapters.sim.discord import DiscordServer, Message, Refused
from tests.plugins.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x03" + b"\0\0\0\x02" + b"\x08\x02\0\0\0"


def last(dc: DiscordServer, place: Any = "general") -> Message:
    """The bot's newest message in a place."""
    return dc.world.from_bot(place)[-1]


async def test_it_logs_in_and_sees_its_guilds(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    assert bot.user.id == dc.world.bot.id
    assert {g.name for g in bot.guilds} == {"Harbour", "Lighthouse"}
    assert {c.name for c in bot.get_guild(dc.world.guild.id).text_channels} == {"general", "help", "lab"}


async def test_a_heartbeat_is_answered_as_late_as_over_a_network_and_not_called_a_beat_behind(
    dc: DiscordServer, connect: Any
) -> None:
    dc.world.rules.heartbeat_seconds, dc.world.rules.ack_seconds = 1.0, 0.3
    bot = await connect()
    for _ in range(2):  # discord.py times its first beat otherwise than the later ones
        bot.ws._keep_alive.latency = 0.0
        await until(lambda: 0.3 <= bot.latency < 0.9)


async def test_a_mention_is_heard_and_answered_by_a_reply_that_grows(dc: DiscordServer, connect: Any) -> None:
    async def answer(message: discord.Message) -> None:
        reply = await message.reply("one", mention_author=False)
        for text in ("one two", "one two three"):
            await reply.edit(content=text, suppress=True)

    await connect(answer)
    asked = dc.as_person("ada").say("general", "count", mention_bot=True)
    await dc.world.until(lambda: dc.world.from_bot() and last(dc).content == "one two three")
    reply = last(dc)
    assert [v.content for v in reply.versions] == ["one", "one two", "one two three"]
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert not any(v.pings for v in reply.versions)


async def test_without_the_content_intent_only_what_is_meant_for_the_bot_is_readable(
    dc: DiscordServer, connect: Any
) -> None:
    bot = await connect(content=False)
    ada = dc.as_person("ada")
    ada.say("general", "a secret", files=[("a.txt", b"x", "text/plain")])
    ada.say("general", "for you", mention_bot=True)
    ada.say("dm", "in private")
    await dc.world.until(lambda: len(bot.seen) == 3)
    assert [bool(m.content) for m in bot.seen] == [False, True, True]
    assert bot.seen[0].attachments == []


async def test_a_thread_is_opened_from_a_message_and_written_in(dc: DiscordServer, connect: Any) -> None:
    async def answer(message: discord.Message) -> None:
        thread = await message.create_thread(name="A talk", auto_archive_duration=1440)
        await thread.send("welcome")

    await connect(answer)
    asked = dc.as_person("ben").say("general", "talk", mention_bot=True)
    await dc.world.until(lambda: asked.thread_id and dc.world.from_bot(asked.thread_id))
    thread = dc.world.channel(asked.thread_id or 0)
    assert (thread.name, thread.id) == ("A talk", asked.id)
    assert last(dc, thread).content == "welcome"


async def test_what_people_write_in_a_thread_is_heard_as_of_the_thread(
    dc: DiscordServer, connect: Any
) -> None:
    bot = await connect()
    ada = dc.as_person("ada")
    thread = ada.start_thread("plans", where="general")
    ada.say(thread, "hello in here")
    await dc.world.until(lambda: any(m.content == "hello in here" for m in bot.seen))
    heard = next(m for m in bot.seen if m.content == "hello in here")
    assert isinstance(heard.channel, discord.Thread)
    assert heard.channel.parent_id == dc.world.channel("general").id


async def test_files_travel_both_ways(dc: DiscordServer, connect: Any) -> None:
    read: list[bytes] = []

    async def answer(message: discord.Message) -> None:
        read.append(await message.attachments[0].read())
        assert (message.attachments[0].width, message.attachments[0].height) == (3, 2)
        await message.channel.send(file=discord.File(BytesIO(b"# all of it"), "answer.md"))

    await connect(answer)
    dc.as_person("ada").say("general", "look", mention_bot=True, files=[("my pic.png", PNG, "image/png")])
    await dc.world.until(lambda: dc.world.from_bot())
    assert read == [PNG]
    sent = last(dc).attachments[0]
    assert dc.world.files.read(last(dc).channel_id, sent) == b"# all of it"
    assert sent.filename == "answer.md"


async def test_a_direct_message_is_answered_in_the_same_place(dc: DiscordServer, connect: Any) -> None:
    await connect(lambda message: message.channel.send("hi"))
    dc.as_person("cleo").say("dm", "hello")
    await dc.world.until(lambda: dc.world.from_bot(dc.world.dm("cleo")))


async def test_the_bot_can_write_first_in_a_direct_message(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    user = await bot.fetch_user(dc.as_person("ben").id)
    await user.send("your budget is at 80 %")
    assert last(dc, dc.world.dm("ben")).content == "your budget is at 80 %"


async def test_typing_is_seen_until_something_is_said(dc: DiscordServer, connect: Any) -> None:
    async def answer(message: discord.Message) -> None:
        await message.channel.typing()
        await dc.world.until(lambda: (message.channel.id, dc.world.bot.id) in dc.world.typing)
        await message.channel.send("done")

    await connect(answer)
    dc.as_person("ada").say("general", "slowly", mention_bot=True)
    await dc.world.until(lambda: dc.world.from_bot())
    assert (dc.world.channel("general").id, dc.world.bot.id) not in dc.world.typing


async def test_a_slash_command_is_deferred_and_streams_into_the_original(
    dc: DiscordServer, connect: Any
) -> None:
    bot = await connect(begin=False)

    @bot.tree.command(description="Ask a model")
    @app_commands.describe(prompt="What to ask", private="Only for you")
    async def ask(
        interaction: discord.Interaction,
        prompt: str,
        private: bool = False,
        file: discord.Attachment | None = None,
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=private)
        for text in ("so", f"so: {prompt}"):
            await interaction.edit_original_response(content=text)
        if file:
            await interaction.followup.send(f"{file.filename} holds {len(await file.read())} bytes")

    await bot.begin()
    await bot.sync()
    asked = dc.as_person("ada").slash(
        "ask", {"prompt": "why", "file": ("notes.txt", b"12345", "text/plain")}, where="lab"
    )
    await dc.world.until(lambda: asked.followups)
    assert asked.original is not None
    assert asked.original.content == "so: why"
    assert asked.original.edited_at is not None
    assert asked.followups[0].content == "notes.txt holds 5 bytes"
    whispered = dc.as_person("ben").slash("ask", {"prompt": "psst", "private": True}, where="lab")
    await dc.world.until(lambda: whispered.original and whispered.original.content == "so: psst")
    assert whispered.original not in dc.as_person("ada").sees("lab")
    assert whispered.original in dc.as_person("ben").sees("lab")


async def test_autocomplete_offers_choices_while_the_person_types(dc: DiscordServer, connect: Any) -> None:
    bot = await connect(begin=False)

    @bot.tree.command(description="Choose a model")
    async def model(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(name)

    @model.autocomplete("name")
    async def offer(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        names = ["Claude-Haiku", "Claude-Opus", "GPT-5"]
        return [app_commands.Choice(name=n, value=n) for n in names if n.lower().startswith(current)]

    await bot.begin()
    await bot.sync()
    choices = await dc.as_person("cleo").autocomplete("model", "name", "cl")
    assert [c["value"] for c in choices] == ["Claude-Haiku", "Claude-Opus"]


async def test_groups_become_subcommands_with_people_and_permissions(dc: DiscordServer, connect: Any) -> None:
    bot = await connect(begin=False)
    got: list[Any] = []
    budget = app_commands.Group(
        name="budget",
        description="Budgets",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @budget.command(name="set", description="Set a budget")
    async def set_budget(interaction: discord.Interaction, person: discord.Member, points: int) -> None:
        got.append((person.name, points, interaction.permissions.manage_guild))
        await interaction.response.send_message("ok", ephemeral=True)

    bot.tree.add_command(budget)
    await bot.begin()
    await bot.sync()
    dc.as_person("ada").slash("budget set", {"person": "ben", "points": 50})
    await dc.world.until(lambda: got)
    assert got == [("ben", 50, True)]
    with pytest.raises(Refused, match="lacks the permissions"):
        dc.as_person("ben").slash("budget set", {"person": "ben", "points": 50})
    with pytest.raises(Refused, match="direct messages"):
        dc.as_person("ada").slash("budget set", {"person": "ben", "points": 50}, where="dm")


async def test_a_context_menu_brings_the_message_it_was_used_on(dc: DiscordServer, connect: Any) -> None:
    bot = await connect(begin=False, content=False)

    @bot.tree.context_menu(name="Ask about this")
    async def about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"you mean: {message.content}")

    await bot.begin()
    await bot.sync()
    said = dc.as_person("ben").say("general", "the tide turns at six")
    used = dc.as_person("ada").context_menu("Ask about this", said)
    await dc.world.until(lambda: used.original)
    assert used.original is not None
    assert used.original.content == "you mean: the tide turns at six"


async def test_a_button_press_updates_its_message(dc: DiscordServer, connect: Any) -> None:
    class Stop(discord.ui.View):
        @discord.ui.button(label="Stop", custom_id="stop")
        async def stop_it(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
            assert interaction.message is not None
            await interaction.response.edit_message(content="stopped", view=None)

    bot = await connect(lambda message: message.reply("working", view=Stop(timeout=30)))
    dc.as_person("ada").say("general", "go", mention_bot=True)
    await dc.world.until(lambda: bot.answered)
    pressed = dc.as_person("ben").press(last(dc), "stop")
    await dc.world.until(lambda: pressed.state == "answered")
    assert last(dc).content == "stopped"
    assert last(dc).components == []
    with pytest.raises(Refused, match="no component"):
        dc.as_person("ben").press(last(dc), "stop")


async def test_a_deferred_button_is_followed_by_a_message_of_its_own(dc: DiscordServer, connect: Any) -> None:
    class Again(discord.ui.View):
        @discord.ui.button(label="Regenerate", custom_id="again")
        async def again(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
            await interaction.response.defer()
            await interaction.followup.send("another answer")

    bot = await connect(lambda message: message.reply("first answer", view=Again(timeout=30)))
    dc.as_person("ada").say("general", "go", mention_bot=True)
    await dc.world.until(lambda: bot.answered)
    pressed = dc.as_person("ada").press(last(dc), "again")
    await dc.world.until(lambda: pressed.followups)
    assert [m.content for m in dc.world.from_bot("general")] == ["first answer", "another answer"]


async def test_a_form_is_opened_filled_in_and_answered(dc: DiscordServer, connect: Any) -> None:
    class Form(discord.ui.Modal, title="Preset"):
        name = discord.ui.TextInput[Any](label="Name", custom_id="name")
        described = discord.ui.Label[Any](
            text="Prompt", component=discord.ui.TextInput(custom_id="prompt", required=False)
        )

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"{self.name.value}|{self.described.component.value}")

    bot = await connect(begin=False)

    @bot.tree.command(description="A form")
    async def preset(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    await bot.begin()
    await bot.sync()
    ada = dc.as_person("ada")
    opened = ada.slash("preset")
    await dc.world.until(lambda: opened.modal)
    sent = ada.submit_modal(opened, {"name": "short", "prompt": "Be brief."})
    await dc.world.until(lambda: sent.original)
    assert last(dc).content == "short|Be brief."


async def test_a_menu_of_choices_brings_back_what_was_chosen(dc: DiscordServer, connect: Any) -> None:
    class Pick(discord.ui.View):
        @discord.ui.select(custom_id="pick", options=[discord.SelectOption(label=n) for n in "abc"])
        async def pick(self, interaction: discord.Interaction, menu: discord.ui.Select[Any]) -> None:
            await interaction.response.send_message(menu.values[0])

    bot = await connect(lambda message: message.reply("pick", view=Pick(timeout=30)))
    dc.as_person("ada").say("general", "go", mention_bot=True)
    await dc.world.until(lambda: bot.answered)
    dc.as_person("ada").select(last(dc), "pick", ["b"])
    await dc.world.until(lambda: last(dc).content == "b")


async def test_a_layout_of_components_is_accepted_and_shown(dc: DiscordServer, connect: Any) -> None:
    class Card(discord.ui.LayoutView):
        box = discord.ui.Container[Any](
            discord.ui.TextDisplay("# Points"),
            discord.ui.Separator(),
            discord.ui.Section("left: 50", accessory=discord.ui.Button(label="More", custom_id="more")),
            accent_colour=0x57F287,
        )

    await connect(lambda message: message.channel.send(view=Card()))
    dc.as_person("ada").say("general", "points", mention_bot=True)
    await dc.world.until(lambda: dc.world.from_bot())
    pressed = dc.as_person("ada").press(last(dc), "more")
    assert pressed.data["custom_id"] == "more"


async def test_a_dropped_socket_is_resumed_and_what_was_missed_arrives(
    dc: DiscordServer, connect: Any
) -> None:
    bot = await connect()
    dc.gateway.drop()
    dc.as_person("ada").say("general", "while you were away", mention_bot=True)
    await bot.hears("resumed")
    await dc.world.until(lambda: bot.seen)
    assert [m.content.split(" ", 1)[1] for m in bot.seen] == ["while you were away"]
    assert dc.world.identifies == 1


async def test_a_zombie_is_noticed_and_left(dc: DiscordServer, connect: Any) -> None:
    dc.world.rules.heartbeat_seconds = 0.05
    bot = await connect(heartbeat_timeout=0.2)
    dc.gateway.zombie = True
    await bot.hears("resumed")
    assert dc.world.identifies == 1


async def test_a_resume_may_replay_what_was_already_delivered(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    dc.as_person("ada").say("general", "once", mention_bot=True)
    await dc.world.until(lambda: bot.seen)
    dc.gateway.replay_extra = 1
    dc.gateway.reconnect()
    await dc.world.until(lambda: len(bot.seen) == 2)
    assert bot.seen[0].id == bot.seen[1].id


async def test_an_event_may_be_delivered_twice(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    dc.as_person("ada").say("general", "once", mention_bot=True)
    await dc.world.until(lambda: bot.seen)
    dc.gateway.duplicate()
    await dc.world.until(lambda: len(bot.seen) == 2)
    assert bot.seen[0].id == bot.seen[1].id


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_resumed_or_begun_anew(
    dc: DiscordServer, connect: Any, resumable: bool
) -> None:
    bot = await connect()
    dc.gateway.invalidate(resumable=resumable)
    await bot.hears("resumed" if resumable else "connect", 1 if resumable else 2)
    dc.as_person("ada").say("general", "still there?", mention_bot=True)
    await dc.world.until(lambda: bot.seen)
    assert dc.world.identifies == (1 if resumable else 2)


async def test_one_malformed_event_ends_the_client(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    dc.gateway.malformed()
    with pytest.raises(TypeError):
        await asyncio.wait_for(bot.task, 5)


async def test_a_wrong_token_is_refused(dc: DiscordServer, connect: Any) -> None:
    bot = await connect(begin=False)
    with pytest.raises(discord.LoginFailure):
        await bot.start("not the token")


async def test_an_intent_the_portal_does_not_grant_is_refused(dc: DiscordServer, connect: Any) -> None:
    dc.world.rules.message_content_allowed = False
    bot = await connect(begin=False)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await asyncio.wait_for(bot.start(dc.token), 5)


async def test_a_bucket_is_respected_by_the_client_and_never_broken(dc: DiscordServer, connect: Any) -> None:
    dc.limits.rules["message.write"] = (2, 0.15)
    bot = await connect()
    channel = bot.get_channel(dc.world.channel("lab").id)
    message = await channel.send("0")
    for number in range(1, 7):
        await message.edit(content=str(number))
    assert last(dc, "lab").content == "6"
    assert dc.world.rate_limited == 0


async def test_a_429_makes_the_client_wait_and_try_again(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    dc.faults.storm(2, retry_after=0.02, method="POST", path="/messages")
    await bot.get_channel(dc.world.channel("lab").id).send("through")
    assert last(dc, "lab").content == "through"
    assert dc.world.rate_limited == 2


async def test_the_same_nonce_is_the_same_message(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    channel = bot.get_channel(dc.world.channel("lab").id)
    dc.faults.lose_response(method="POST", path="/messages")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("only once", nonce="turn-1-0")
    again = await channel.send("only once", nonce="turn-1-0")
    assert [m.id for m in dc.world.from_bot("lab")] == [again.id]


async def test_a_refusal_arrives_with_discords_code_and_the_field(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    channel = bot.get_channel(dc.world.channel("lab").id)
    with pytest.raises(discord.HTTPException, match="content: Must be 2000 or fewer") as refused:
        await channel.send("x" * 2001)
    assert refused.value.code == 50035
    dc.world.deny("lab", "send_messages")
    with pytest.raises(discord.Forbidden) as forbidden:
        await channel.send("hello")
    assert forbidden.value.code == 50013


async def test_a_forwarded_message_brings_its_text(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    ada = dc.as_person("ada")
    said = ada.say("help", "remember this", files=[("n.txt", b"note", "text/plain")])
    ada.forward(said, "general")
    await dc.world.until(lambda: len(bot.seen) == 2)
    snapshot = bot.seen[1].message_snapshots[0]
    assert snapshot.content == "remember this"
    assert await snapshot.attachments[0].read() == b"note"


async def test_edits_deletions_and_reactions_of_people_are_heard(dc: DiscordServer, connect: Any) -> None:
    bot = await connect()
    ada = dc.as_person("ada")
    said = ada.say("general", "teh tide")
    ada.edit(said, "the tide")
    ada.react(said, "👍")
    ada.delete(said)
    for event in ("raw_message_edit", "raw_reaction_add", "raw_message_delete"):
        await bot.hears(event)


async def test_two_shards_hear_each_of_their_own_guild(dc: DiscordServer, connect: Any) -> None:
    one = await connect(shard_id=0, shard_count=2)
    two = await connect(shard_id=1, shard_count=2)
    assert ([g.name for g in one.guilds], [g.name for g in two.guilds]) == (["Harbour"], ["Lighthouse"])
    dc.as_person("ben").say("lobby", "over here")
    dc.as_person("ben").say("dm", "just me")
    await dc.world.until(lambda: one.seen and two.seen)
    assert isinstance(one.seen[0].channel, discord.DMChannel)
    assert two.seen[0].content == "over here"
