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

/** password_hash() - hash a password with a new salt. Return: 0 or negative errno. */
int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE]);

/**
 * password_is() - whether a hash is that of @password; hashes are compared in constant time
 * @hash: of password_hash() or in another form that crypt(5) knows; no password has the hash "" or one that
 *        crypt(5) does not know
 */
bool password_is(const char *password, const char *hash);

/**
 * password_waste_time() - take as long as password_is(), for an account that does not exist: the time of a
 * reply must not tell which accounts exist
 */
void password_waste_time(const char *password);
