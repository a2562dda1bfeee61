"""Whether a seat is ready: each check tries one thing on this machine, also to break out, and says what it saw."""
