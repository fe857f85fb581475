#pragma once

/*
 * PHOTO, LOGO, SOUND and KEY: in vCard 4.0 a URI, which may have the octets in it (`data:`, RFC 2397); in
 * vCard 3.0 octets (ENCODING=b), or a URI with VALUE=uri; TYPE is then the format (RFC 2426, 3.1.4).
 * Private to this module.
 */

#include "contact/card-line.h"

void convert_binary_to_3(LineMemory *memory, CardLine *line);
void convert_binary_to_4(LineMemory *memory, CardLine *line);

/** convert_binary_normalize() - remove white space between the octets of a line of version 3.0 */
void convert_binary_normalize(CardLine *line);
