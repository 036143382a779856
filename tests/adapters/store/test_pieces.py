"""Items of a transcript, without their bytes and with them."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.store import pieces
from bridge.values.ids import TurnId
from bridge.values.parts import Document, Image, Item, Role, Text

parts = st.one_of(st.builds(Text), st.builds(Document), st.builds(Image))
items = st.builds(Item, parts=st.lists(parts, max_size=4).map(tuple))


class Row:
    """What a query gives back."""

    def __init__(self, fields: dict[str, object]) -> None:
        self.__dict__ = fields


@given(item=items)
def test_an_item_survives_and_its_pictures_are_kept_apart(item: Item):
    fields, blobs = pieces.item_fields(TurnId("t"), 0, item)
    assert pieces.item(Row(fields), blobs) == item
    assert set(blobs.values()) == {part.data for part in item.parts if isinstance(part, Image)}


def test_the_same_picture_is_kept_once():
    cat = Image(name="cat", mime="image/png", data=b"meow")
    _, blobs = pieces.item_fields(TurnId("t"), 0, Item(role=Role.USER, parts=(cat, cat)))
    assert list(blobs.values()) == [b"meow"]
