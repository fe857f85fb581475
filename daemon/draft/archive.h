#pragma once

/* Takes the document out of a .docx or .odt file, which are ZIP archives. */

#include "base/buffer.h"

/**
 * archive_read_document() - append `word/document.xml` or `content.xml`
 * @out: its maximum bounds what is unpacked
 * Return: 0; DRAFT_E_FORMAT for another archive, or a damaged one; -EFBIG; -ENOMEM.
 */
int archive_read_document(const char *bytes, size_t len, Buffer *out);
