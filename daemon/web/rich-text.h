#pragma once

/*
 * Texts of events on pages, with links that can be followed, and with typographic quotation marks and
 * dashes.
 */

#include "base/buffer.h"

/**
 * rich_text_plain() - append a text without links, escaped. It may stand within a link.
 * @language: of the text, as a tag; if it is "" or not one of the program's, quotation marks and dashes
 *            stay as they are
 */
void rich_text_plain(Buffer *out, const char *language, const char *text);

/**
 * rich_text_line() - append a text, escaped, in which each address of http, https or mailto is a link. Line
 * breaks are not marked. @language: as in rich_text_plain()
 */
void rich_text_line(Buffer *out, const char *language, const char *text);

/** rich_text_paragraphs() - as rich_text_line(); each line that is not blank becomes a paragraph */
void rich_text_paragraphs(Buffer *out, const char *language, const char *text);

/**
 * rich_text_link() - append a link to an address that page_link_is_safe() accepts, with the address as text
 */
void rich_text_link(Buffer *out, const char *url);

/** rich_text_named_link() - as rich_text_link(), with the plain text @name instead of the address */
void rich_text_named_link(Buffer *out, const char *url, const char *name);
