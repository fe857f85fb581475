#pragma once

/*
 * The content of error replies. The server calls a function of another module, which writes the content in
 * the reader's language.
 */

#include "base/buffer.h"

#include <stdbool.h>

typedef struct HttpError {
        int status;
        const char *text;     /* an additional sentence, plain text in @language; NULL for none */
        const char *language; /* the reader's, from http_request_language() */
        bool as_html;         /* an HTML page; otherwise plain text */
} HttpError;

/**
 * HttpErrorWriter - append the content of an error reply, in UTF-8. Called by any thread. Return: 0 or
 * negative errno.
 */
typedef int (*HttpErrorWriter)(const HttpError *error, Buffer *out);
