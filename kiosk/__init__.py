"""The seat and the site: sessions, journal, handover, state on disk.

Owns the room a candidate sits in. Refuses to know pixels and the office.
"""
