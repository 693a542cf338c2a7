-- SPDX-License-Identifier: MIT
-- usage: peak.lua PROGRAM. Runs it, then prints the peak of the resident size, in kilobytes, to standard error. (What the parent is
-- told when a process ends is not less than the parent's own size was.)
dofile(arg[1])
local status = io.open("/proc/self/status")
io.stderr:write(status:read("a"):match("VmHWM:%s*(%d+)"), "\n")
status:close()
