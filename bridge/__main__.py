"""`python -m bridge` is `poebridge`."""

from bridge.cli import main

main()
