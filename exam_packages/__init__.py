"""What an exam is, and the files it travels in.

Owns QTI, the formats and the office's side. Refuses to know disks, clocks and screens.
"""
