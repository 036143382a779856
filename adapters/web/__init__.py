"""The web side of the house. Today: is it alive, and does it hear its platforms."""
