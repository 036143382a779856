"""Numbers, side by side with something people know, measured on this machine by one command: `python -m bench` (or `make bench`).

Here: what is measured and how. Not here: tests (nothing in here passes or fails) and anything the product imports.
Every figure comes from the run that printed it. Programs under test run in processes of their own, the servers they talk to in another.
"""
