"""`kiosk office preview`: content seen as candidates will see it, with its outcomes, before anything is built."""
