"""Commands with one option of every kind, for every test of the room."""

from bridge.values.command import CommandSpec, Kind, Needs, OptionSpec

WHOM = (
    OptionSpec(name="person", help="One person", kind=Kind.PERSON),
    OptionSpec(name="role", help="Everyone with this role", kind=Kind.ROLE),
    OptionSpec(name="channel", help="What is asked there", kind=Kind.CHANNEL),
    OptionSpec(name="everyone", help="Each person", kind=Kind.SWITCH),
    OptionSpec(name="server", help="All together", kind=Kind.SWITCH),
)
POINTS = OptionSpec(name="points", help="A whole number", required=True)

SPECS = (
    CommandSpec(
        name="ask",
        help="Ask a question",
        options=(
            OptionSpec(name="prompt", help="Your question", required=True),
            OptionSpec(name="model", help="Which model answers", suggests=True),
            OptionSpec(name="preset", help="A prepared way to ask", suggests=True),
            OptionSpec(name="attachment", help="A file", kind=Kind.FILE),
            OptionSpec(name="private", help="For your eyes only", kind=Kind.SWITCH),
        ),
        asks=True,
        about_message="Ask about this",
    ),
    CommandSpec(name="new", help="Begin again", options=(OptionSpec(name="title", help="Its title"),)),
    CommandSpec(
        name="stop",
        help="Stop my answer",
        options=(OptionSpec(name="everyone", help="All answers", kind=Kind.SWITCH),),
    ),
    CommandSpec(
        name="model",
        help="Choose a model",
        options=(
            OptionSpec(name="name", help="The model", suggests=True),
            OptionSpec(name="for", help="For whom", choices=("me", "here", "channel")),
        ),
    ),
    CommandSpec(
        name="preset", help="Choose a preset", options=(OptionSpec(name="name", help="Which", suggests=True),)
    ),
    CommandSpec(name="points", help="What is left of your budget"),
    CommandSpec(
        name="limit",
        help="How many answers",
        options=(OptionSpec(name="number", help="So many", kind=Kind.WHOLE, required=True),),
    ),
    CommandSpec(name="help", help="What I can do"),
    CommandSpec(
        name="budget set",
        help="Set a budget",
        needs=Needs.ADMIN,
        options=(
            POINTS,
            *WHOM,
            OptionSpec(name="period", help="How often it renews", choices=("day", "week", "month")),
            OptionSpec(name="zone", help="Whose midnight", suggests=True),
        ),
    ),
    CommandSpec(
        name="budget grant",
        help="Add points",
        needs=Needs.ADMIN,
        options=(POINTS, *WHOM, OptionSpec(name="reason", help="Why")),
    ),
    CommandSpec(
        name="budget freeze",
        help="Freeze a budget",
        needs=Needs.ADMIN,
        options=(*WHOM, OptionSpec(name="undo", help="Take it back", kind=Kind.SWITCH)),
    ),
)
