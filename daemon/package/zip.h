#pragma once

/*
 * The parts of a ZIP archive that is in memory: of a file of an office program, such as .xlsx, .docx and
 * .odt. The archive is untrusted: the maximum of a buffer bounds what is unpacked.
 */

#include "base/buffer.h"
#include "package/condition.h"

/**
 * zip_read_part() - unpack one file of an archive
 * @name: its path in the archive
 * @ret:  its bytes are appended, up to the maximum of the buffer
 *
 * Other files of the archive are not unpacked. Return: 0, PACKAGE_E_MISSING, PACKAGE_E_DAMAGED,
 * PACKAGE_E_LARGE, -ENOMEM.
 */
int zip_read_part(const char *bytes, size_t len, const char *name, Buffer *ret);
