#include "base/password.h"

#include "base/cleanup.h"
#include "base/hash.h"

#include <crypt.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)PASSWORD_HASH_SIZE == (int)CRYPT_OUTPUT_SIZE, "a hash of crypt(3) has no room");

/* yescrypt with the cost that libcrypt takes by default. */
#define METHOD "$y$"

/* A hash with the same cost, whose password nobody knows. */
#define NOBODY "$y$j9T$X3pPZHZFIZHNiu2jf6bQ80$wlZ05Fw.UUAFGRbmxHH.w98BI68Odjkogmmeafr.mAD"

static void forget_data(struct crypt_data **data)
{
        if (*data)
                explicit_bzero(*data, sizeof(**data));
        free(*data);
}

/*
 * @setting: a salt, or a hash that begins with one. Return: 0, -EINVAL if crypt(3) cannot use it, -ENOMEM.
 */
static int make_hash(const char *password, const char *setting, char ret[static PASSWORD_HASH_SIZE])
{
        CLEANUP(forget_data) struct crypt_data *data = calloc(1, sizeof(*data));
        if (!data)
                return -ENOMEM;
        if (strlen(password) > PASSWORD_MAX_BYTES)
                return -EINVAL;
        const char *hash = crypt_r(password, setting, data);
        /* On failure the result is no hash, but a token that begins with '*' (crypt(3)). */
        if (!hash || hash[0] == '*')
                return -EINVAL;
        snprintf(ret, PASSWORD_HASH_SIZE, "%s", hash);
        return 0;
}

int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE])
{
        char salt[CRYPT_GENSALT_OUTPUT_SIZE];
        if (!crypt_gensalt_rn(METHOD, 0, NULL, 0, salt, sizeof(salt)))
                return -errno;
        return make_hash(password, salt, ret);
}

bool password_is(const char *password, const char *hash)
{
        char made[PASSWORD_HASH_SIZE];
        return hash[0] && make_hash(password, hash, made) == 0 && token_is(made, hash);
}

void password_waste_time(const char *password)
{
        (void)password_is(password, NOBODY);
}
