"""One exam day in a folder: office, site, seat and the people at them, as separate programs.

``display`` is a screen of its own, ``robot`` the people at the window, ``day`` the errands between the offices. Whatever a
part shares with another it shares as it would in life: files on a stick, keys pressed, things read on the screen.
"""
