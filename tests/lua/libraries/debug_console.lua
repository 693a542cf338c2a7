-- Manual 6.10: debug.debug reads and runs lines of the standard input.
global = 1
print(select("#", debug.debug()))
print("after the first", global)
print(pcall(debug.debug))
print("after the end", global)
