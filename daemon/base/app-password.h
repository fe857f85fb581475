#pragma once

/*
 * Passwords that the program makes for other programs: 130 random bits as 26 characters of base32 (RFC 4648,
 * 6) in five groups, so that a person can type one on a telephone. They cannot be guessed, so a plain hash
 * is enough to check one.
 */

#include "base/hash.h"

enum { APP_PASSWORD_SIZE = 31 }; /* 26 characters, 4 hyphens and the NUL */

/** app_password_make() - make a new one. Return: 0 or negative errno. */
int app_password_make(char ret[static APP_PASSWORD_SIZE]);

/**
 * app_password_hash() - hash a text that has the form of such a password, in upper or lower case and with
 * or without hyphens and blanks. Return: false, if the text has another form.
 */
bool app_password_hash(const char *text, char ret[static HASH_HEX_SIZE]);
