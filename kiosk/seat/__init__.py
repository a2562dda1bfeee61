"""A seat: one workstation's folder, and the day that is worked on it.

Owns keys, certificate, packages, roster, PIN counters, running number, outbox. Refuses to know pixels, the office and the
site's key.
"""
