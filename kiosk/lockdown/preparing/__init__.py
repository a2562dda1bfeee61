"""Preparing a Linux seat: which files make a machine a seat, how they are put in place, and how all of it is taken back.

Nothing here is loaded while an exam runs.
"""
