from __future__ import annotations

import puremagic

from bridge.wiring.script.picture import png


def test_the_picture_that_is_sent_is_a_picture():
    assert puremagic.from_string(png(8), mime=True) == "image/png"
