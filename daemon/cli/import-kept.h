#pragma once

/*
 * Imports the files of an export that are not the office's own events and cards: those of collections of
 * accounts, tasks and journal entries. They are stored as they are, without any repair or merging.
 */

#include "cli/command.h"
#include "store/object.h"

/**
 * import_kept_takes() - whether an object is of this sort
 * @collection: the folder of the file
 */
bool import_kept_takes(const char *collection, const char *text, size_t len);

/**
 * import_kept_put() - store the object
 * @ret_uid:   for messages; free it; NULL if the text is invalid
 * @ret_error: set on EVENT_E_INVALID
 *
 * Return: 0, EVENT_E_INVALID, a condition of the store, negative errno.
 */
int import_kept_put(const Cli *cli, const char *collection, const char *text, size_t len, ObjectOutcome *ret,
                char **ret_uid, InputError *ret_error);
