#pragma once

/*
 * Makes a text of a file: plain text, HTML, .docx, .odt, or a mail. The form is told by the content,
 * because standard input has no name. Every step is bounded: a file, what it unpacks to, and the text.
 */

#include "base/buffer.h"
#include "draft/condition.h"
#include "draft/date.h"

enum { DRAFT_FILE_MAX_BYTES = 16 * 1024 * 1024 };

typedef struct SourceText {
        Buffer text;      /* UTF-8; lines end with LF, paragraphs are lines */
        DraftDay written; /* the Date of a mail, or the time of publication of a page; 0 if there is none */
} SourceText;

/**
 * source_read() - make a text of a file's octets
 * @ret: source_text_done() is due in every case
 *
 * Return: 0; DRAFT_E_FORMAT; -EFBIG if the text has more than DRAFT_TEXT_MAX_BYTES; -ENOMEM.
 */
int source_read(const char *bytes, size_t len, SourceText *ret);
void source_text_done(SourceText *text);
