-- Manual 6.4.2: string.pack, string.packsize and string.unpack.
-- stress: 13
local check = require "check"

local function bytes(s)
  if type(s) == "table" then return "{}" end
  if type(s) ~= "string" then return tostring(s) end
  return (s:gsub("[^%w ]", function(c) return ("<%02x>"):format(c:byte()) end))
end

local function pack(...)
  local arguments = table.pack(...)
  for i = 1, arguments.n do arguments[i] = bytes(arguments[i]) end
  check("pack " .. table.concat(arguments, " "), function(...) return bytes(string.pack(...)) end, ...)
end
for _, case in ipairs {
  { "b", 127 }, { "b", 128 }, { "b", -128 }, { "b", -129 }, { "B", 255 }, { "B", 256 }, { "B", -1 }, { "h", -32768 }, { "h", 32768 }, { "H", 65535 }, { "H", 65536 }, { "i", 2^31 }, { "i", -2^31 }, { "I", 2^32 },
  { "l", 1 }, { "L", -1 }, { "j", math.mininteger }, { "J", -1 }, { "T", -1 }, { "i1", -129 }, { "i2", 300 }, { "i3", -1 }, { "I3", -1 }, { "I3", 1 << 24 }, { "I3", (1 << 24) - 1 }, { "i7", 1 << 54 }, { "i7", 1 << 55 }, { "i8", -1 },
  { "i9", -2 }, { ">i9", -2 }, { "I9", -2 }, { ">I12", 1 }, { "i16", -1 }, { "I16", -1 }, { "i17", 1 }, { "i0", 1 }, { "I0", 1 }, { "i99", 1 }, { "i99999999999999999999", 1 }, { "i 4", 1 },
  { ">I4", 0x01020304 }, { "<I4", 0x01020304 }, { "=I4", 1 }, { "<i2>i2=i2", 1, 2, 3 }, { "><i2", 1 }, { ">i1i3i5", 1, 2, 3 },
  { "f", 1.5 }, { ">f", -2.25 }, { "d", 1.5 }, { ">d", 0.1 }, { "n", 1.5 }, { ">n", -2 }, { "f", 1e300 }, { "f", 1/0 }, { "<d", -0.0 }, { "d", "1.5" }, { "f", 3 },
  { "!", 1 }, { "!4i1i4", 1, 2 }, { "!i1i8", 1, 2 }, { "!2 i1 i8", 1, 2 }, { "!16 i1 i16", 1, 2 }, { "!17", 1 }, { "!0", 1 }, { "!3 i1 i4", 1, 2 }, { "!4 i3 i4", 1, 2 }, { "!4 i1 i3", 1, 2 }, { "i1!4i3", 1, 2 }, { "i1!4i4", 1, 2 },
  { "!1i4", 1 }, { "!8 c1 i8", "a", 1 }, { "!4 s4", "ab" }, { "!4 z i4", "ab", 1 }, { "!4 c1 s4", "a", "ab" }, { "!8 b d b f b h", 1, 2, 3, 4, 5, 6 }, { "!8xXi8" }, { "!4 x !2 i4", 1 }, { "!8 i1 !1 i8", 1, 2 },
  { "Xi4" }, { "i1Xi4", 1 }, { "!i1Xi4", 1 }, { "!4 i1 Xi8 i1", 1, 2 }, { "X" }, { "Xs" }, { "Xz" }, { "Xc4" }, { "Xx" }, { "X " }, { "X>" }, { "!Xi3" }, { "!4i1Xi3", 1 }, { "!Xd" }, { "X!" }, { "XX" }, { "!8bXdb", 1, 2 }, { "Xi17" }, { "Xy" },
  { "s", "abc" }, { "s1", "abc" }, { "s1", ("x"):rep(255) }, { "s1", ("x"):rep(256) }, { "s2", "xxx" }, { ">s2", "xxx" }, { "s16", "a" }, { "s17", "" }, { "s0", "" }, { "s", 12 }, { "s", {} }, { "s", "a\0b" },
  { "z", "abc" }, { "z", "" }, { "z", "a\0b" }, { "z" }, { "z", 5 }, { "zz", "a", "b" }, { "c5", "abc" }, { "c3", "abc" }, { "c2", "abc" }, { "c0", "" }, { "c0", "a" }, { "c", "a" }, { "cx", "" }, { "c3", "a\0" }, { "c 3", "abc" },
  { "c99999999999999999999", "" }, { "c2147483647", "" }, { "c2147483648", "" }, { "x" }, { "xxx" }, { "" }, { "  " }, { "y", 1 }, { "i", 1.5 }, { "i", "x" }, { "i" }, { "i", "7" }, { "i", 3.0 }, { "f", "x" }, { "f" }, { "\0", 1 }, { "i\0i", 1 },
  { "i4i4i4", 1, 2 }, { "bb", 1 }, { "b", 1, 2 }, { "<!8 b Xh i4 i8 c1 Xi8", -12, 100, 200, "\xEC" }, { "é", 1 }, { "-", 1 }, { "4", 1 },
} do pack(table.unpack(case)) end
check("pack without arguments", string.pack)
check("pack a table", string.pack, {})
check("pack a number as format", string.pack, 1)
check("pack nil", string.pack, nil)
check("pack much", function()
  local s = string.pack(("s2"):rep(100), table.unpack((function() local t = {} for i = 1, 100 do t[i] = ("x"):rep(i * 3) end return t end)()))
  local last = table.pack(string.unpack(("s2"):rep(100), s))
  return #s, last.n, last[101], #last[100]
end)

for _, format in ipairs { "i4", "!i1i8", "s", "z", "s1", "c10", "c0", "i16", "y", "", "x", " ", "!8 c1 Xi8", "<>=! ", "bBhHiIlLjJTfdn", "!bBhHiIlLjJTfdn", "c999999999c999999999", "c214748364xxx!8Xi8", ("c214748364"):rep(11), ("c214748364"):rep(10),
  ("c214748364"):rep(10) .. "c7", ("c214748364"):rep(10) .. "c8", "c2147483647", "i99", "i0", "Xc0", "X X", "c4c", "!16i16xxi16", "s4z", "zs", "=j<J", "!16bi16", "!3i3", "i3!4i3", "\0i4" } do
  check("packsize " .. bytes(format), string.packsize, format)
end
check("packsize without arguments", string.packsize)
check("packsize of a table", string.packsize, {})

local function unpack(...)
  local arguments = table.pack(...)
  for i = 1, arguments.n do arguments[i] = bytes(arguments[i]) end
  check("unpack " .. table.concat(arguments, " "), string.unpack, ...)
end
local ff = ("\255"):rep(16)
for _, case in ipairs {
  { "b", "\255" }, { "B", "\255" }, { "b", "\127" }, { "b", "\128" }, { "h", "\1\2" }, { ">h", "\1\2" }, { "i3", "\255\255\255" }, { "I3", "\255\255\255" }, { "i3", "\0\0\128" }, { ">i3", "\128\0\0" }, { "i4", "abc" }, { "j", "12345678" }, { "J", ff },
  { "i9", ff }, { "i9", ff:sub(1, 8) .. "\0" }, { "I9", ff:sub(1, 8) .. "\0" }, { "I9", ff:sub(1, 8) .. "\1" }, { "i9", "\1\0\0\0\0\0\0\0\1" }, { ">i9", "\1\0\0\0\0\0\0\0\1" }, { ">i9", "\0\0\0\0\0\0\0\0\1" }, { "i16", ff }, { "I16", ff },
  { "I16", ("\0"):rep(16) }, { "i16", "\0\0\0\0\0\0\0\128" .. ("\255"):rep(8) }, { "i16", "\0\0\0\0\0\0\0\128" .. ("\0"):rep(8) }, { "I16", "\0\0\0\0\0\0\0\128" .. ("\0"):rep(8) }, { "i17", ff },
  { "s1", "\3abc" }, { "s1", "\4abc" }, { "s1", "" }, { "s2", "\1" }, { "s4", "\255\255\255\255abc" }, { "s8", ff }, { "s9", ("\0"):rep(9) }, { "s9", ff }, { "s16", "\1" .. ("\0"):rep(15) .. "a" }, { "z", "abc\0d" }, { "z", "abc" }, { "z", "" }, { "z", "\0" },
  { "zz", "a\0b\0" }, { "z", "a", 2 }, { "z", "a", 3 }, { "z", "a\0", 3 }, { "c3", "abcd" }, { "c5", "abc" }, { "c0", "" }, { "c", "" }, { "c2147483647", "" }, { "c4c", "abcd" }, { "x", "" }, { "x", "a" }, { "xx", "a" }, { "X", "" }, { "y", "" },
  { "i1", "abc", 2 }, { "i1", "abc", 3 }, { "i1", "abc", 4 }, { "i1", "abc", 5 }, { "i1", "abc", -1 }, { "i1", "abc", -3 }, { "i1", "abc", -4 }, { "i1", "abc", 0 }, { "", "abc" }, { "", "abc", 4 }, { "", "abc", 5 }, { "", "" }, { "I1", "" },
  { "i1", "a", math.mininteger }, { "i1", "a", math.maxinteger }, { "i1", "a", "1" }, { "i1", "a", 1.5 }, { "i1", "a", "x" }, { "i1", "a", {} }, { "i1", 2 }, { "i1", {} }, { "i1" }, { "f", "\0\0\192\63" }, { ">d", "\63\248\0\0\0\0\0\0" }, { "d", "12345678" },
  { "n", "1" }, { "!4 i1 i4", "\1\0\0\0\2\0\0\0" }, { "!4 i4", "\1\0\0\0\0\0\0\0", 2 }, { "!4 Xi4", "\1\0\0\0\0\0\0\0", 2 }, { "!4 i4", "\1\0\0", 2 }, { "!8 i8", "abc" }, { "!16 Xi16 i1", "a" }, { "!3 i4", "abcd" }, { "!4 i3", "abcd" }, { "i1 x i1", "abc" },
  { "<I2>I2", "\1\0\0\1" }, { "i1i1i1", "abc" }, { "i1i1i1i1", "abc" }, { " < > ! ", "" }, { "i1\0i1", "ab" }, { ("b"):rep(40), ("x"):rep(40) },
} do unpack(table.unpack(case)) end
check("unpack without arguments", string.unpack)
check("unpack a table", string.unpack, {})
check("too many results", function() return select("#", string.unpack(("b"):rep(20000), ("x"):rep(20000))) end)
check("far too many results", function() return select("#", string.unpack(("b"):rep(2000000), ("x"):rep(2000000))) end)
check("there and back", function()
  local formats = { "<", ">", "=", "!4<", "!8>" }
  local good = 0
  for _, order in ipairs(formats) do
    for size = 1, 16 do
      for _, x in ipairs { 0, 1, -1, 127, -128, math.maxinteger, math.mininteger, 0x0102030405060708 } do
        local ok, packed = pcall(string.pack, order .. "i" .. size, x)
        if ok and string.unpack(order .. "i" .. size, packed) == x then good = good + 1 end
      end
    end
  end
  return good
end)
check("floats there and back", function()
  for _, x in ipairs { 0.1, -0.0, 1e300, 5e-324, 1/0, -1/0, math.pi } do
    if string.unpack("<d", string.pack("<d", x)) ~= x or string.unpack(">n", string.pack(">n", x)) ~= x then return x end
  end
  local nan = string.unpack("d", string.pack("d", 0/0))
  return nan ~= nan, string.unpack("f", string.pack("f", 0.1))
end)
