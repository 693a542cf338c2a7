-- os.exit with a number.
io.write "flushed"
os.exit(7)
