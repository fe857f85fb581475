#pragma once

/* A name and a password in a request: the scheme Basic of RFC 7617, in UTF-8. Pure. */

#include "base/buffer.h"
#include "base/conditions.h"

enum {
        BASIC_MAX_BYTES = 1024,                 /* of the name and the password with the colon */
        BASIC_E_OTHER = CONDITIONS_HTTP + 20,   /* another scheme, or no credentials */
        BASIC_E_INVALID = CONDITIONS_HTTP + 21, /* credentials that break the grammar */
};

typedef struct BasicCredentials {
        const char *name, *password; /* in `bytes` */
        Buffer bytes;
} BasicCredentials;

/**
 * basic_read() - read the value of Authorization
 * @value: NULL if the request has none; of several lines, the joined list, which is refused
 * @ret:   to be ended by basic_done() in every case
 *
 * The grammar is strict: one blank or more after the scheme, base64 with its padding, UTF-8 without control
 * characters, and a colon, which ends the name.
 *
 * Return: 0, BASIC_E_OTHER, BASIC_E_INVALID, -ENOMEM.
 */
int basic_read(const char *value, BasicCredentials *ret);

/** basic_done() - overwrite the credentials and free them */
void basic_done(BasicCredentials *credentials);
