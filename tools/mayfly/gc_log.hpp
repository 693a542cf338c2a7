// SPDX-License-Identifier: MIT
// --gc-log: what the collector does, on standard error.
#pragma once

#include <mayfly/gc.h>

// A mayfly_GcListener.
void log_collection(void* context, const mayfly_GcEvent* event);
