#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The walls between the rooms: which room may include which headers. Prints each include that crosses a wall."""
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]

# Room -> rooms whose include/ folders it may see (its own src/ and include/ always).
may_see = {
    "gc": set(),
    "weak": {"gc"},
    "runtime": {"weak", "gc", "lua"},
    "stdlib": {"runtime", "lua"},
    "tools": {"runtime", "lua"},
}
# What each room's include/ folder calls itself in an #include.
public_prefix = {"gc": "gc/", "weak": "weak/", "runtime": "mayfly/"}
bdwgc_headers = {"gc.h", "gc/gc_inline.h", "gc/gc_mark.h"}  # for gc/src/boehm, and for the example of a host that lives in its heap
bdwgc_users = ("gc/src/boehm", "tools/examples")
lua_headers = {"lua.h", "lua.hpp", "lauxlib.h", "lualib.h", "luaconf.h"}
include_line = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def owner(include, room, source):
    """The room that an include leads to; None when it is outside the project (or the room's own file)."""
    if include in lua_headers:
        return "lua"
    for place in (source.parent, root / room / "src", root / room / "include"):
        if (place / include).is_file():
            found = (place / include).resolve()
            return found.relative_to(root).parts[0] if found.is_relative_to(root) else None
    for other, prefix in public_prefix.items():
        if include.startswith(prefix) and (root / other / "include" / include).is_file():
            return other
    for other in may_see:
        if (root / other / "src" / include).is_file():
            return f"{other}/src"
    return None


def main():
    problems, count = [], 0
    for room, allowed in may_see.items():
        for source in sorted((root / room).rglob("*")):
            if source.suffix not in {".cpp", ".hpp", ".h", ".c", ".def"}:
                continue
            count += 1
            for number, line in enumerate(source.read_text().splitlines(), 1):
                match = include_line.match(line)
                if not match:
                    continue
                target = owner(match[1], room, source)
                outside = match[1].startswith("gc/") and target is None or ".." in match[1].split("/")
                if match[1] in bdwgc_headers:
                    outside = not any(source.is_relative_to(root / user) for user in bdwgc_users)
                public = source.is_relative_to(root / room / "include")
                if (target not in allowed and target not in {None, room}) or outside:
                    problems.append(f"{source.relative_to(root)}:{number}: {room} may not include {match[1]}")
                elif public and target == room and not (root / room / "include" / match[1]).is_file():
                    problems.append(f"{source.relative_to(root)}:{number}: a public header includes the private {match[1]}")
                elif public and room == "runtime" and target in {"gc", "weak"}:
                    problems.append(f"{source.relative_to(root)}:{number}: the headers for hosts may not need those of {target}")
    for problem in problems:
        print(problem)
    print(f"layers: {count} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
