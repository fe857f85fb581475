#pragma once

/*
 * Hashes of passwords by yescrypt (crypt(5)). A hash or a check takes about 25 ms of a core and 16 MiB of
 * memory, so neither may run on a thread that serves other clients. Only this file uses libcrypt.
 */

#include <stdbool.h>

enum {
        PASSWORD_MIN_CHARACTERS = 8,
        PASSWORD_MAX_BYTES = 255,
        PASSWORD_HASH_SIZE = 384, /* CRYPT_OUTPUT_SIZE of crypt.h */
};

/**
 * password_hash() - hash a password with a new salt
 *
 * Return: 0; -EINVAL for a password of more than PASSWORD_MAX_BYTES; other negative errno.
 */
int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE]);

/**
 * password_is() - whether @hash is a hash of @password; hashes are compared in constant time
 * @hash: from password_hash(), or in another form that crypt(5) knows. For "" and for any other form, the
 *        result is false.
 */
bool password_is(const char *password, const char *hash);

/**
 * password_waste_time() - take as long as password_is(). It is called for an account that does not exist,
 * because the time until the reply must not show which accounts exist.
 */
void password_waste_time(const char *password);
