-- A register machine interpreted from a table of functions: instructions as tables, memory, a call stack; it computes primes and
-- sorts.
local memory, registers, stack = {}, {}, {}
local depth, cycles = 0, 0
local operations = {}
function operations.set(i, pc) registers[i[2]] = i[3] return pc + 1 end
function operations.move(i, pc) registers[i[2]] = registers[i[3]] return pc + 1 end
function operations.add(i, pc) registers[i[2]] = registers[i[3]] + registers[i[4]] return pc + 1 end
function operations.addi(i, pc) registers[i[2]] = registers[i[3]] + i[4] return pc + 1 end
function operations.mul(i, pc) registers[i[2]] = registers[i[3]] * registers[i[4]] return pc + 1 end
function operations.load(i, pc) registers[i[2]] = memory[registers[i[3]]] or 0 return pc + 1 end
function operations.store(i, pc) memory[registers[i[3]]] = registers[i[2]] return pc + 1 end
function operations.jump(i) return i[2] end
function operations.less(i, pc) if registers[i[2]] < registers[i[3]] then return i[4] end return pc + 1 end
function operations.equal(i, pc) if registers[i[2]] == registers[i[3]] then return i[4] end return pc + 1 end
function operations.call(i, pc)
  depth = depth + 1
  stack[depth] = pc + 1
  return i[2]
end
operations["return"] = function()
  local pc = stack[depth]
  depth = depth - 1
  return pc
end
local function assemble(text)
  local code, labels, where = {}, {}, 0
  for line in text:gmatch("[^\n]+") do
    local label = line:match("^(%a+):")
    if label then labels[label] = where + 1 else where = where + 1 end
  end
  for line in text:gmatch("[^\n]+") do
    if not line:find(":") then
      local i = {}
      for word in line:gmatch("%S+") do
        i[#i + 1] = #i == 0 and word or tonumber(word) or labels[word] or tonumber(word:match("^r(%d+)$"))
      end
      i.run = operations[i[1]]
      code[#code + 1] = i
    end
  end
  return code
end
local program = assemble([[
 set r1 2
 set r9 4000
outer:
 move r2 r1
 load r3 r1
 set r4 0
 less r4 r3 next
inner:
 add r2 r2 r1
 less r9 r2 next
 set r3 1
 store r3 r2
 jump inner
next:
 addi r1 r1 1
 less r1 r9 outer
 call sum
 set r1 5001
 set r5 77
fill:
 set r6 31
 mul r5 r5 r6
 addi r5 r5 7
 call reduce
 store r5 r1
 addi r1 r1 1
 set r9 5160
 less r1 r9 fill
 set r1 5001
first:
 move r2 r1
second:
 addi r2 r2 1
 less r2 r9 compare
 addi r1 r1 1
 less r1 r9 first
 jump done
compare:
 load r3 r1
 load r4 r2
 less r3 r4 second
 store r4 r1
 store r3 r2
 jump second
sum:
 set r7 0
 set r1 2
 set r4 0
more:
 load r3 r1
 less r4 r3 composite
 addi r7 r7 1
composite:
 addi r1 r1 1
 less r1 r9 more
 return
reduce:
 set r6 1009
 less r5 r6 small
 addi r5 r5 -1009
 jump reduce
small:
 return
done:
 set r0 1
]])
local function run()
  memory, registers, depth = {}, {}, 0
  local pc, last = 1, #program
  while pc <= last do
    local i = program[pc]
    cycles = cycles + 1
    pc = i.run(i, pc)
  end
end
for _ = 1, tonumber(arg and arg[1]) or 10 do run() end
print(registers[7], memory[5001], memory[5080], memory[5159], cycles)
