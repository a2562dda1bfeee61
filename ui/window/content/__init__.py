"""QTI content on the screen: running text, tables, pictures. Knows no interaction and no session."""
