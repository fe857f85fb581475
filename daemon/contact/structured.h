#pragma once

/* The structured properties of a card: N, ORG and ADR have components, with `;` between them (RFC 6350). */

#include "base/buffer.h"
#include "contact/card.h"

/**
 * card_component() - append a component of a structured property, decoded
 * @name:  in upper case: "N", "ORG", "ADR"; of several lines the first is read
 * @index: 0 for the first component. N has family, given and additional names, prefixes and suffixes in this
 *         order (RFC 6350, 6.2.2); ORG has the organization and its units (RFC 6350, 6.6.4).
 *
 * Appends nothing if the card has no such component. A failure is latched in @out.
 */
void card_component(const Card *card, const char *name, size_t index, Buffer *out);

/** card_text_property() - append the value of a TEXT property, decoded; nothing if there is none */
void card_text_property(const Card *card, const char *name, Buffer *out);
