#pragma once

/* The text of HTML pages and of the XML of .docx and .odt files. No tree is built. */

#include "base/buffer.h"
#include "draft/date.h"

/**
 * markup_read_html() - append the text of a page, without scripts, styles and menus; a block is a line
 * @ret_published: the time of publication that the page names for machines; unchanged if there is none
 * Return: 0, -EFBIG (the maximum of @out), -ENOMEM.
 */
int markup_read_html(const char *bytes, size_t len, Buffer *out, DraftDay *ret_published);

/**
 * markup_read_document() - append the text of a document in WordprocessingML (ECMA-376) or OpenDocument;
 * entities are not expanded
 * Return: 0, DRAFT_E_FORMAT, -EFBIG, -ENOMEM.
 */
int markup_read_document(const char *bytes, size_t len, Buffer *out);
