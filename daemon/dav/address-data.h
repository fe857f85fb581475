#pragma once

/*
 * The text of a card as a client asks for it: its version of vCard (RFC 6352, 5.1.1), and some of its
 * properties (10.4). A client that asks for no version gets 3.0, the default of 10.4.
 */

#include "contact/version.h"
#include "dav/data-request.h"

enum { ADDRESS_DATA_E_UNREADABLE = CONDITIONS_DAV + 70 /* the stored text is no card */ };

/** address_data_is_supported() - whether the media type and version of an address-data exist here */
bool address_data_is_supported(const DataRequest *request);

/**
 * address_data_make() - append the text of a card, or the part of it, that an address-data asks for
 *
 * BEGIN, VERSION and END are in every part, since the result is a card. A name without a group asks for the
 * property in all groups. The value of a property with novalue="yes" is left out.
 * Return: 0; ADDRESS_DATA_E_UNREADABLE, and nothing is appended; negative errno.
 */
int address_data_make(const DataRequest *request, const char *text, size_t len, Buffer *out);

/**
 * address_data_accepted() - the version that the field Accept asks for; NULL for no field
 *
 * The version with the higher weight is chosen; with equal weights, 4.0 if the list names it. A range
 * without a version is one of 3.0, the default.
 */
CardVersion address_data_accepted(const char *accept);
