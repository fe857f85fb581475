#pragma once

/* The HttpErrorWriter: the content of error replies that the HTTP server sends, in the reader's language. */

#include "http/error.h"

/**
 * error_page_write() - append an error's content: a small page without navigation, or plain text. Return: 0
 * or negative errno.
 */
int error_page_write(const HttpError *error, Buffer *out);

/** error_page_not_private() - the sentence for a request without TLS that needs a password; static */
const char *error_page_not_private(const char *language);
