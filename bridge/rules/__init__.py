"""The pure core: no await, no clock, no randomness, no platform.

What can be answered without waiting is answered here, from values to values. Time and chance come in as
arguments; whatever must wait for somebody lives in `bridge.turn` or `bridge.commands`.
"""
