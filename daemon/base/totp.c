#include "base/totp.h"

#include "base/url.h"

#include <errno.h>
#include <liboath/oath.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

enum { SECRET_BYTES = 20, WINDOW_PERIODS = 1 };

static pthread_once_t is_ready = PTHREAD_ONCE_INIT;

static void start(void)
{
        (void)oath_init();
}

static void forget(char *bytes, size_t len)
{
        if (bytes)
                explicit_bzero(bytes, len);
        free(bytes);
}

int totp_make_secret(char ret[static TOTP_SECRET_SIZE])
{
        char random[SECRET_BYTES], *text = NULL;
        size_t len = 0;
        pthread_once(&is_ready, start);
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
                return -EIO;
        int r = oath_base32_encode(random, sizeof(random), &text, &len);
        explicit_bzero(random, sizeof(random));
        if (r != OATH_OK || len != TOTP_SECRET_SIZE - 1) {
                forget(text, len);
                return -ENOMEM;
        }
        memcpy(ret, text, len);
        ret[len] = '\0';
        forget(text, len);
        return 0;
}

/* Reads six digits with blanks anywhere. */
static bool read_code(const char *text, char ret[static TOTP_DIGITS + 1])
{
        size_t len = 0;
        for (; *text; text++) {
                if (*text == ' ')
                        continue;
                if (*text < '0' || *text > '9' || len == TOTP_DIGITS)
                        return false;
                ret[len++] = *text;
        }
        ret[len] = '\0';
        return len == TOTP_DIGITS;
}

bool totp_check(const char *secret, const char *code, usec_t now, int64_t *ret_period)
{
        char digits[TOTP_DIGITS + 1], *bytes = NULL;
        size_t len = 0;
        uint64_t period = 0;
        pthread_once(&is_ready, start);
        if (!read_code(code, digits) || oath_base32_decode(secret, strlen(secret), &bytes, &len) != OATH_OK)
                return false;
        int r = oath_totp_validate3(bytes, len, now / USEC_PER_SEC, TOTP_PERIOD_SECONDS,
                        OATH_TOTP_DEFAULT_START_TIME, WINDOW_PERIODS, NULL, &period, digits);
        forget(bytes, len);
        if (r >= 0)
                *ret_period = (int64_t)period;
        return r >= 0;
}

void totp_uri(Buffer *out, const char *secret, const char *issuer, const char *account)
{
        buffer_puts(out, "otpauth://totp/");
        url_escape(out, issuer);
        buffer_putc(out, ':');
        url_escape(out, account);
        buffer_printf(out, "?secret=%s&issuer=", secret);
        url_escape(out, issuer);
        buffer_printf(out, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_PERIOD_SECONDS);
}
