#pragma once

/* HTML pages written straight from C: escaping, and the frame that every page has. */

#include "base/buffer.h"

/** html_escape() - append text so that it stands for itself in content and in quoted attributes. */
void html_escape(Buffer *out, const char *text);

typedef enum HtmlAudience {
        HTML_PUBLIC,
        HTML_PERSONAL, /* for nobody's index */
} HtmlAudience;

/** html_begin() - everything up to the page's heading; @title is plain text. html_end() - what closes it. */
void html_begin(Buffer *out, const char *language, const char *title, HtmlAudience audience);
void html_end(Buffer *out);

/** The style sheet that html_begin() links to, served at HTML_STYLE_PATH. */
#define HTML_STYLE_PATH "/style.css"
extern const char HTML_STYLE[];
