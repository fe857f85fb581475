#pragma once

/*
 * One-time passwords by time (TOTP, RFC 6238) with the parameters that all apps know: HMAC-SHA-1, six
 * digits, a new code every 30 seconds. A secret is text in Base32 (RFC 4648, 6). Only this file uses
 * liboath.
 */

#include "base/buffer.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

enum {
        TOTP_SECRET_SIZE = 33, /* 160 random bits (RFC 4226, 4) as 32 characters, and the NUL */
        TOTP_DIGITS = 6,
        TOTP_PERIOD_SECONDS = 30,
};

/** totp_make_secret() - make a random secret. Return: 0 or negative errno. */
int totp_make_secret(char ret[static TOTP_SECRET_SIZE]);

/**
 * totp_check() - whether a code is that of the time, or of the period before it or after it (RFC 6238, 5.2)
 * @secret:     of totp_make_secret()
 * @code:       as a person typed it; blanks are ignored
 * @now:        microseconds since the epoch
 * @ret_period: the number of the code's period since the epoch, by which the caller refuses a code that was
 *              used; set on true only
 *
 * Return: false for a wrong code, a text that is no code, and a text that is no secret.
 */
bool totp_check(const char *secret, const char *code, usec_t now, int64_t *ret_period);

/**
 * totp_uri() - append the otpauth: URI of a secret, which apps read from a QR code
 * @issuer, @account: names that the app shows, plain
 */
void totp_uri(Buffer *out, const char *secret, const char *issuer, const char *account);
