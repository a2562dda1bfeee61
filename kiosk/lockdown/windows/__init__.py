"""Lockdown on Windows: the same operations and monitors, by calls of Windows itself. It imports everywhere."""
