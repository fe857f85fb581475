#pragma once

/* A hash that tells whether the people of a question to an editor are those of the answer. */

#include "office/call.h"

/**
 * people_print_write() - write a hidden field with a hash of people
 * @contacts: @n ids, in any order
 *
 * Return: 0 or negative errno.
 */
int people_print_write(OfficeCall *call, const int64_t *contacts, size_t n);

/**
 * people_print_check() - whether the form that was sent has the hash of people
 * @ret_changed: whether it has that of others; false if it has none
 *
 * Return: 0 or negative errno.
 */
int people_print_check(const OfficeCall *call, const int64_t *contacts, size_t n, bool *ret_same,
                bool *ret_changed);

/** people_print_is_field() - whether a field of a form is the hash */
bool people_print_is_field(const char *name);
