"""The people and places a new world starts with. The same ids on every run."""

from typing import TYPE_CHECKING

from .ids import SEED_TIME, seeded
from .nouns import PUBLIC, Channel, Group, Team, User

if TYPE_CHECKING:
    from .world import World

CHANNELS = (("general", "Say hello"), ("help", "Questions and answers"), ("lab", "Try things here"))
BOT_TOKEN = "xoxb-simulated-harbour"  # opens nothing but this simulator
APP_TOKEN = "xapp-1-simulated"


def plant(world: "World") -> None:
    """Fill the world: Harbour with the app in every channel, Lighthouse without it.

    ada owns Harbour, ben is a member (user group crew), cleo is a guest, robo is another app's bot.
    dora owns Lighthouse, finn is a member there.
    """
    harbour = _team(world, "Harbour")
    ada = _person(world, harbour, "ada", "Ada")
    ada.is_admin = ada.is_owner = True
    ben = _person(world, harbour, "ben", "Ben")
    cleo = _person(world, harbour, "cleo", "Cleo")
    cleo.is_guest = True
    robo = _person(world, harbour, "robo", "Robo")
    robo.is_bot, robo.bot_id, robo.app_id = True, seeded("B", "robo"), seeded("A", "robo")
    crew = Group(
        id=seeded("S", "crew"), team_id=harbour.id, handle="crew", name="Crew", users=[ada.id, ben.id]
    )
    world.groups[crew.id] = crew
    everyone = [ada.id, ben.id, cleo.id, robo.id]
    for name, topic in CHANNELS:
        _channel(world, harbour, name, topic, everyone)
    lighthouse = _team(world, "Lighthouse")
    dora = _person(world, lighthouse, "dora", "Dora")
    dora.is_admin = dora.is_owner = True
    finn = _person(world, lighthouse, "finn", "Finn")
    _channel(world, lighthouse, "lobby", "The other house", [dora.id, finn.id])


def _team(world: "World", name: str) -> Team:
    team = Team(id=seeded("T", name), name=name, domain=name.lower())
    world.teams[team.id] = team
    return team


def _person(world: "World", team: Team, name: str, real_name: str) -> User:
    user = User(id=seeded("U", f"{team.name} {name}"), team_id=team.id, name=name, real_name=real_name)
    world.users[user.id] = user
    return user


def _channel(world: "World", team: Team, name: str, topic: str, members: list[str]) -> None:
    channel = Channel(
        id=seeded("C", f"{team.name} {name}"),
        team_id=team.id,
        kind=PUBLIC,
        name=name,
        created=SEED_TIME,
        creator=members[0],
        topic=topic,
        members=list(members),
    )
    world.channels[channel.id] = channel
