// SPDX-License-Identifier: MIT
// What the terminal can do.
#pragma once

// Are both ends of the dialogue at a terminal?
bool is_dialogue();

// Can a line be redrawn, so that it can be edited?
bool can_edit_lines();

// Has it colours, and does the user want them ($NO_COLOR)?
bool shows_colours(int file);

// Characters in a line.
int terminal_width();
