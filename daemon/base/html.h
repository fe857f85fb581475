#pragma once

/* HTML's one danger: text that is taken for markup. */

#include "base/buffer.h"

/**
 * html_escape() - append text so that it stands for itself in content and in quoted attributes
 * Control characters but TAB and LF are left out, and so are those that turn the direction of what follows
 * (Unicode's bidirectional embeddings, overrides and isolates) and those that XML has not, so that what is
 * written is good in XML too.
 */
void html_escape(Buffer *out, const char *text);
