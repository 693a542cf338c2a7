-- Standard input of a script.
for line in io.lines() do print("[" .. line .. "]") end
