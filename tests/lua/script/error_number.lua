-- An uncaught number.
error(42)
