#include "base/app-password.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum { N_CHARACTERS = 26, GROUP_CHARACTERS = 5, N_HYPHENS = 4 };

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

int app_password_make(char ret[static APP_PASSWORD_SIZE])
{
        unsigned char random[N_CHARACTERS];
        size_t len = 0;
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
                return -EIO;
        for (size_t i = 0; i < N_CHARACTERS; i++) {
                if (i > 0 && i % GROUP_CHARACTERS == 0 && i / GROUP_CHARACTERS <= N_HYPHENS)
                        ret[len++] = '-';
                ret[len++] = alphabet[random[i] % (sizeof(alphabet) - 1)];
        }
        ret[len] = '\0';
        explicit_bzero(random, sizeof(random));
        return 0;
}

bool app_password_hash(const char *text, char ret[static HASH_HEX_SIZE])
{
        char plain[N_CHARACTERS];
        size_t len = 0;
        for (; *text; text++) {
                char c = (char)tolower((unsigned char)*text);
                if (c == '-' || c == ' ')
                        continue;
                if (len == sizeof(plain) || !strchr(alphabet, c))
                        return false;
                plain[len++] = c;
        }
        if (len == sizeof(plain))
                hash_hex(plain, len, ret);
        explicit_bzero(plain, sizeof(plain));
        return len == sizeof(plain);
}
