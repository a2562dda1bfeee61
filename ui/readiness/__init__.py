"""The window's part of a seat's self-test: a page that runs behind the walls and says what it sees. Composition of both parts."""
