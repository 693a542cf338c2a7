-- os.exit(false) is a failure.
os.exit(false)
