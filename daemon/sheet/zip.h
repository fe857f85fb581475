#pragma once

/* Inside of sheet/ only: the parts of a ZIP archive that is in memory. */

#include "base/buffer.h"
#include "base/input-error.h"

/**
 * zip_read_part() - unpack one file of an archive
 * @name:    its path in the archive
 * @ret:     its bytes are appended, up to the maximum of the buffer
 *
 * Other files of the archive are not unpacked. Return: 0; SHEET_E_INVALID if the archive is damaged, or the
 * file larger than the maximum; ZIP_NOT_THERE; negative errno.
 */
int zip_read_part(const char *bytes, size_t len, const char *name, Buffer *ret, InputError *ret_error);

enum { ZIP_NOT_THERE = 1 };
