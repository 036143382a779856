"""The web side of the house: is it alive, does it hear its platforms, and a bounded door for platforms that come to us."""
