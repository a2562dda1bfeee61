"""The exam window: native widgets, one screen at a time, no pop-ups of any kind."""
