#pragma once

/* Escapes text for HTML and XML, so that it is never taken for markup. */

#include "base/buffer.h"

/**
 * html_escape() - append text, escaped for content and quoted attributes
 * Leaves out control characters except TAB and LF, characters that change the direction of the text after
 * them (Unicode's bidirectional embeddings, overrides and isolates), and characters that XML does not allow,
 * so that the result is valid in XML, too.
 */
void html_escape(Buffer *out, const char *text);
