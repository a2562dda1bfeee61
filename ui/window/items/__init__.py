"""Items on the screen, one file for each kind of interaction. Shows answers it is given; keeps no state of a session."""
