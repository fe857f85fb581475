#pragma once

/* HTML's one danger: text that is taken for markup. */

#include "base/buffer.h"

/** html_escape() - append text so that it stands for itself in content and in quoted attributes. */
void html_escape(Buffer *out, const char *text);
