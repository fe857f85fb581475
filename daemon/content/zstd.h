#pragma once

/* Private to content/: Zstandard (RFC 8878). A content may be several frames, one after the other (3.1). */

#include "base/blob.h"

/** zstd_frame() - compress bytes to one frame. Return: 0 or negative errno. */
int zstd_frame(const char *bytes, size_t len, Blob **ret);
