"""Carrying things between seat, site and office by a stick.

Owns the stick's layout, writing to it so that it is there when it says so, and the candidate's slip. Refuses to know how
results are made and who may erase.
"""
