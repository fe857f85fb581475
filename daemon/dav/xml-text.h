#pragma once

/* Writes the text of an object into XML. */

#include "base/buffer.h"

/**
 * xml_text_write() - append bytes as character data, from which an XML parser reads the same bytes
 *
 * A CR is written as `&#13;`, because a parser changes line ends (XML 1.0, 2.11). Only what XML cannot hold
 * (2.2) is lost: control characters except TAB, LF and CR are left out; U+FFFE, U+FFFF and bytes that are
 * not UTF-8 become U+FFFD.
 */
void xml_text_write(Buffer *out, const char *text, size_t len);
