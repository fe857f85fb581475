#pragma once

/* The page /dav/, which says who has signed in, what the account may do, and where. */

#include "http/verified.h"

/**
 * account_page_write() - append the page as plain text in a language (a tag)
 * @store: has the collections and the account's rights
 * @login: the account that has signed in
 * @base_url: http.base_url
 *
 * Return: 0, a condition of the store, negative errno.
 */
int account_page_write(
                Store *store, const Login *login, const char *base_url, const char *language, Buffer *out);
