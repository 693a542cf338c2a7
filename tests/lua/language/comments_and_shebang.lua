#!/usr/bin/env lua first line is skipped in files
-- Manual 3.1 and 7: the first line of a file may begin with a number sign; lines are counted all the same.
print(debug.getinfo(1, "l").currentline)
print(select(2, pcall(error, "x")), select(2, pcall(function() error("line") end)))
