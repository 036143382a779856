"""The people and places a new world starts with. The same ids on every run."""

from typing import TYPE_CHECKING

from .ids import made_at, seeded
from .nouns import TEXT, Channel, Guild, Member, Role, User
from .permissions import ORDINARY, bits

if TYPE_CHECKING:
    from .world import World

PEOPLE = (("ada", "Ada"), ("ben", "Ben"), ("cleo", "Cleo"))
CHANNELS = (("general", "Say hello"), ("help", "Questions and answers"), ("lab", "Try things here"))
TOKEN = "simulated.discord.bot-token"  # opens nothing but this simulator


def plant(world: "World", *, second_guild: bool) -> User:
    """Fill the world and return the bot's user.

    ada owns the guild and keeps it (role Keepers: manage_guild), ben is an ordinary member (role Crew),
    cleo is a guest without roles, robo is another bot.
    """
    bot = User(id=seeded(10), username="poebridge", global_name=None, bot=True)
    robo = User(id=seeded(11), username="robo", global_name=None, bot=True)
    people = [
        User(id=seeded(20 + number), username=name, global_name=shown)
        for number, (name, shown) in enumerate(PEOPLE)
    ]
    world.users |= {user.id: user for user in (bot, robo, *people)}
    _first_guild(world, bot, robo, people)
    if second_guild:
        _second_guild(world, bot, people[1])
    return bot


def _first_guild(world: "World", bot: User, robo: User, people: list[User]) -> None:
    ada, ben, cleo = people
    guild = _guild(world, seeded(100), "Harbour", ada, bot)
    keepers = Role(
        id=seeded(111),
        name="Keepers",
        permissions=ORDINARY | bits("manage_guild", "manage_messages", "manage_channels", "mention_everyone"),
        position=3,
        color=0x5865F2,
    )
    crew = Role(
        id=seeded(112), name="Crew", permissions=ORDINARY, position=2, color=0x57F287, mentionable=True
    )
    guild.roles |= {role.id: role for role in (keepers, crew)}
    for user, roles in ((ada, [keepers.id]), (ben, [crew.id]), (cleo, []), (robo, [])):
        guild.members[user.id] = Member(user=user, joined_at=made_at(guild.id), roles=roles)
    for number, (name, topic) in enumerate(CHANNELS):
        _channel(world, seeded(120 + number), guild, name, topic, number)


def _second_guild(world: "World", bot: User, owner: User) -> None:
    guild = _guild(world, seeded(201), "Lighthouse", owner, bot)
    _channel(world, seeded(220), guild, "lobby", "The other house", 0)


def _guild(world: "World", guild_id: int, name: str, owner: User, bot: User) -> Guild:
    """A guild with its everyone role, its owner and the bot with a role of its own."""
    guild = Guild(id=guild_id, name=name, owner_id=owner.id)
    everyone = Role(id=guild_id, name="@everyone", permissions=ORDINARY)
    own = Role(id=guild_id + 1, name=bot.username, permissions=ORDINARY, position=1, bot_id=bot.id)
    guild.roles = {everyone.id: everyone, own.id: own}
    guild.members = {
        owner.id: Member(user=owner, joined_at=made_at(guild_id)),
        bot.id: Member(user=bot, joined_at=made_at(guild_id), roles=[own.id]),
    }
    world.guilds[guild_id] = guild
    return guild


def _channel(world: "World", channel_id: int, guild: Guild, name: str, topic: str, position: int) -> None:
    world.channels[channel_id] = Channel(
        id=channel_id, kind=TEXT, guild_id=guild.id, name=name, topic=topic, position=position
    )
