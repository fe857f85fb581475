#pragma once

/*
 * Passwords that the program makes for other programs: 130 random bits as 26 characters of base32 (RFC 4648,
 * 6) in five groups, so that a person can type one on a telephone. Nobody can guess such a password, so only
 * its SHA-256 is stored; the slow hash of base/password.h is not needed.
 */

#include "base/hash.h"

enum { APP_PASSWORD_SIZE = 31 }; /* 26 characters, 4 hyphens and the NUL */

/** app_password_make() - make a new one. Return: 0 or negative errno. */
int app_password_make(char ret[static APP_PASSWORD_SIZE]);

/**
 * app_password_hash() - write the SHA-256 of a password's 26 characters, as lower case without hyphens
 * @text: in upper or lower case, with or without hyphens and blanks
 * @ret:  set on true only
 *
 * Return: false if @text does not have the form of such a password.
 */
bool app_password_hash(const char *text, char ret[static HASH_HEX_SIZE]);
