#pragma once

/* Puts the texts that the office has written (store/office-text.h) over a configuration. */

#include "config/config.h"
#include "store/store.h"

/**
 * office_texts_apply() - make the configuration with the texts that are in force
 * @base:     as it was read from the file
 * @on_fault: as for config_overlay(); a text of a kind that the file no longer has is a fault, too
 * @ret:      the caller owns the reference; NULL on failure
 * @ret_last: office_text_last() of the texts; may be NULL
 *
 * Return: 0, a condition of the store, negative errno.
 */
int office_texts_apply(Store *store, Config *base,
                void (*on_fault)(const char *name, const InputError *fault, void *userdata), void *userdata,
                Config **ret, int64_t *ret_last);
