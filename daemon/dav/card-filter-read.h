#pragma once

/* Reads the filter of an addressbook-query (RFC 6352, 10.5), and refuses what cannot be evaluated (8.6). */

#include "base/arena.h"
#include "dav/card-filter.h"

/**
 * card_filter_read() - read the current element, which is CARDDAV:filter
 * @arena: owns the result
 *
 * More than CARD_FILTER_PARTS_MAX conditions are not supported.
 * Return: 0, FILTER_E_*, XML_E_INVALID, -ENOMEM.
 */
int card_filter_read(XmlReader *reader, Arena *arena, CardFilter **ret);
