"""Lockdown on an X server: what is noticed, and the little that X can prevent.

Refuses to know the exam window: its keyboard grab, its filters and its clipboard are its own. Only this package speaks to X
besides Qt, through xcffib.
"""
