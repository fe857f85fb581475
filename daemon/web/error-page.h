#pragma once

/* The words of error replies, in each language: the HttpErrorWriter of the site's server. */

#include "http/error.h"

/**
 * error_page_write() - append an error's content: a small page without navigation, or plain text. Return: 0
 * or negative errno.
 */
int error_page_write(const HttpError *error, Buffer *out);
