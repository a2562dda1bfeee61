"""The append-only record of a session on disk.

Owns the encrypted store, its chain, its checkpoints and the thread that writes. Refuses to know what an event means to a
candidate, and screens.
"""
