"""When somebody's Home is drawn: when they open it, and after every change they made there. How it looks is `home`'s business.

What a command given there says is shown there too, at the top of the page or of the form it was given in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bridge.values.command import Reply
from bridge.values.errors import BridgeError, ChatError
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.inbound import Destination, Via
from bridge.values.points import ScopeKind

from . import home, modals
from .lobby import NO_CHANNEL, Lobby, home_place
from .modals import Filled
from .shapes import Json

FORMS = 256
"""Forms remembered while what was given in them is carried out."""

_VIEW = "view:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The budget form as somebody sent it."""

    command: str
    filled: Filled


class Pages:
    """Everybody's."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._forms: OrderedDict[str, Form] = OrderedDict()

    async def draw(self, workspace: WorkspaceId, person: str, notice: str = "") -> None:
        lobby = self._lobby
        if lobby.opened is None:  # we are closing
            return
        try:
            who = await lobby.people.person(workspace, person)
            shown = await lobby.door.home(who, home_place(workspace))
            scopes = [standing.budget.scope for standing in shown.standings]
            wanted = {scope.id for scope in scopes if scope.kind in (ScopeKind.ROLE, ScopeKind.CHANNEL)}
            view = home.view(shown, lobby.specs, await lobby.people.names(workspace, wanted), notice)
        except BridgeError as error:
            lobby.trouble("home", error)
            view = home.unavailable(error.say)
        await self._publish(workspace, person, view)

    async def _publish(self, workspace: WorkspaceId, person: str, view: Json) -> None:
        try:
            await self._lobby.rest.call(workspace, "views.publish", {"user_id": person, "view": view})
        except ChatError as error:
            self._lobby.trouble("home", error)

    # -- commands given there --------------------------------------------------------------------

    def from_page(self, workspace: WorkspaceId, person: str) -> Destination:
        """Where a command given on the page is answered."""
        return Destination(place=home_place(workspace), person=PersonId(person), private=True)

    def from_form(self, workspace: WorkspaceId, person: str, view_id: str, form: Form) -> Destination:
        """Where one given in the budget form is: in that form, which stays open."""
        self._forms[view_id] = form
        while len(self._forms) > FORMS:
            self._forms.popitem(last=False)
        via = self._lobby.via(_VIEW + view_id)
        return Destination(place=home_place(workspace), person=PersonId(person), via=via, private=True)

    async def reply(self, to: Destination, reply: Reply) -> bool:
        """Whether the reply was to something given on a page, and stands there now."""
        if to.place.channel != NO_CHANNEL:
            return False
        workspace, view_id = to.place.workspace, _view_id(to.via)
        form = self._forms.get(view_id) if view_id else None
        shown = form is not None and await self._in_form(workspace, view_id, form, reply.text)
        await self.draw(workspace, to.person, "" if shown else reply.text)
        return True

    async def _in_form(self, workspace: WorkspaceId, view_id: str, form: Form, said: str) -> bool:
        """False where the form was closed meanwhile."""
        view = modals.budgets(self._lobby.specs, form.command, form.filled, said=said)
        try:
            await self._lobby.rest.call(workspace, "views.update", {"view_id": view_id, "view": view})
        except ChatError as error:
            self._lobby.trouble("form", error)
            return False
        return True


def _view_id(via: Via | None) -> str:
    return via.token.removeprefix(_VIEW) if via and via.token.startswith(_VIEW) else ""
