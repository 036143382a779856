"""The only room that knows the adapters: it builds the program from a configuration, runs it, and closes it in order.

`house` is the program, `shell` what a single command needs, `checking` looks before anybody asks, `demo` plays, `sims` serves the
embedded servers alone.
"""
