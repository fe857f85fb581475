#pragma once

/*
 * The fields that all forms for visitors have: a mail address, lines of text, and the network of the
 * client.
 */

#include "base/network.h"
#include "http/request.h"

enum {
        VISITOR_ADDRESS_SIZE = 255, /* RFC 5321, 4.5.3.1.3, without the brackets, and the NUL */
        VISITOR_NETWORK_SIZE = ADDRESS_TEXT_BYTES + 8,
};

/**
 * visitor_read_address() - copy a mail address without blanks around it; ASCII letters become lower case,
 * and a domain of A-labels becomes one of U-labels
 * @text: NULL counts as ""
 * @ret:  "" for a text that is too long
 * Return: whether it is a valid address.
 */
bool visitor_read_address(const char *text, char ret[static VISITOR_ADDRESS_SIZE]);

/**
 * visitor_read_text() - copy a text without blanks around it; each control character becomes a blank, so
 * that the copy is one line
 * @text: NULL counts as ""
 * Return: whether it is UTF-8 and fits; @ret is "" if not.
 */
bool visitor_read_text(const char *text, char *ret, size_t size);

/**
 * visitor_network() - write the client's network, which is as large as that of a household or office: a /24
 * of IPv4 or a /56 of IPv6; "unknown" for all clients whose address is not known
 */
void visitor_network(HttpRequest *request, char ret[static VISITOR_NETWORK_SIZE]);
