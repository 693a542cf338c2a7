-- An uncaught error object that does not describe itself.
error {}
