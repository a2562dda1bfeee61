"""What plays the world around the code under test: a clock, the office, a site, a stick, a whole day."""
