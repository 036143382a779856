"""The imperative shell, in walking order: inbox, engine, gather, ask, show, settle; and sweep for what was left open."""
