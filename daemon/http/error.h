#pragma once

/*
 * The content of error replies: the server asks for it, another module writes it, in the words and the
 * languages of the program.
 */

#include "base/buffer.h"

#include <stdbool.h>

typedef struct HttpError {
        int status;
        const char *text;     /* one sentence more about this case, plain text in @language; NULL for none */
        const char *language; /* the reader's, as http_request_language() has it */
        bool as_html;         /* a whole page, else plain text */
} HttpError;

/**
 * HttpErrorWriter - append the content of an error reply, in UTF-8. Called by any thread. Return: 0 or
 * negative errno.
 */
typedef int (*HttpErrorWriter)(const HttpError *error, Buffer *out);
