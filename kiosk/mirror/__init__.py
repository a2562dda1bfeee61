"""A second copy of a running session on another medium, and going on from it at another seat.

Owns the folder on the medium, the thread that writes it, and taking a session over. Refuses to know screens. Format:
``docs/formats/mirror.md``.
"""
