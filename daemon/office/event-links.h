#pragma once

/* Addresses of the pages of one event or person. */

#include "base/buffer.h"

/** event_links_write() - append "/office/PAGE/UID", encoded; ready for an attribute or a redirect */
void event_links_write(Buffer *out, const char *page, const char *uid);
