#pragma once

/*
 * The configuration in force: that of the file, with the office's own texts in the store over it. Any
 * daemon with the same store, and the office's pages, write these texts.
 */

#include "config/config.h"
#include "store/store.h"

/**
 * own_texts_apply() - make the configuration in force. Texts that cannot be used are logged, and left out.
 * @file:     as it was read
 * @ret:      the caller owns the reference; NULL on failure
 * @ret_last: for own_texts_have_changed()
 *
 * Return: 0, a condition of the store, negative errno.
 */
int own_texts_apply(Store *store, Config *file, Config **ret, int64_t *ret_last);

/** own_texts_have_changed() - whether there are texts since @last; false if the store fails */
bool own_texts_have_changed(Store *store, int64_t last);
