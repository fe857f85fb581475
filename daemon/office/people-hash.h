#pragma once

/*
 * A hash of a list of people in a hidden field. It shows whether the people that the editor was asked about
 * are still the same.
 */

#include "office/call.h"

/**
 * people_hash_write() - write a hidden field with a hash of people
 * @contacts: @n ids, in any order
 *
 * Return: 0 or negative errno.
 */
int people_hash_write(OfficeCall *call, const int64_t *contacts, size_t n);

/**
 * people_hash_check() - compare the hash in the form that was sent
 * @ret_same:    the form has the hash of @contacts
 * @ret_changed: it has another hash; both are false if it has none
 *
 * Return: 0 or negative errno.
 */
int people_hash_check(const OfficeCall *call, const int64_t *contacts, size_t n, bool *ret_same,
                bool *ret_changed);

/** people_hash_is_field() - whether a field of a form is the hash */
bool people_hash_is_field(const char *name);
