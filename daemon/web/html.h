#pragma once

/* HTML pages written straight from C: the frame that every page has. */

#include "base/html.h"

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
