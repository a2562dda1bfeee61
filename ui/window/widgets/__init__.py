"""Widgets that every screen is made of. Each takes its tokens when it is made and knows no screen."""
