"""The only room that knows the adapters: it builds the program from a configuration, runs it, and closes it in order.

`house` is the program and `serving` its life, `platforms` is what each chat platform has of it, `connections` is what it is connected to.
`shell` is what a single command needs, `checking` looks before anybody asks, `demo` plays, `sims` serves the embedded servers alone.
"""
