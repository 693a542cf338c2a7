-- stress: off
-- arguments: first second --third -x
-- The arguments of a script, as varargs and in the table `arg`.
print(...)
for i = 0, #arg do print(i, arg[i]) end
