#pragma once

/* A change of which nobody is to hear, whatever is changed after it. */

#include "config/config.h"
#include "store/object.h"

/**
 * notice_count_as_told() - note for all contacts of an event that they know its present state, in the open
 * transaction: the next change, made before the engine has seen this one, then tells of itself alone
 *
 * Return: 0, a condition of the store, negative errno.
 */
int notice_count_as_told(Store *store, const Config *config, const ObjectRecord *record, usec_t now);
