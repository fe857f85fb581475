#include "sheet/zip.h"

#include "sheet/sheet.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

enum { ENTRIES_MAX = 4096 };

static void close_archive(struct archive **archive)
{
        archive_read_free(*archive);
}

static int refuse(InputError *error, const char *name, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

static int refuse(InputError *error, const char *name, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        input_error_set_list(error, 0, name, format, arguments);
        va_end(arguments);
        return SHEET_E_INVALID;
}

/* The maximum of the buffer ends the unpacking of what would become too large. */
static int unpack(struct archive *archive, const char *name, Buffer *ret, InputError *error)
{
        const void *block;
        size_t len;
        la_int64_t offset;
        int r;
        while ((r = archive_read_data_block(archive, &block, &len, &offset)) == ARCHIVE_OK) {
                if (buffer_error(ret) == 0 && (size_t)offset == ret->len)
                        buffer_append(ret, block, len);
                if (buffer_error(ret))
                        return buffer_error(ret) == -EFBIG
                                               ? refuse(error, name,
                                                                 "a part of the file unpacks to too much")
                                               : -ENOMEM;
        }
        return r == ARCHIVE_EOF ? 0 : refuse(error, name, "a part of the file is damaged");
}

int zip_read_part(const char *bytes, size_t len, const char *name, Buffer *ret, InputError *ret_error)
{
        CLEANUP(close_archive) struct archive *archive = archive_read_new();
        struct archive_entry *entry;
        int r = ARCHIVE_OK;
        if (!archive)
                return -ENOMEM;
        if (archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
                        archive_read_open_memory(archive, bytes, len) != ARCHIVE_OK)
                return refuse(ret_error, NULL, "the file is a damaged archive");
        for (int n = 0; n < ENTRIES_MAX; n++) {
                r = archive_read_next_header(archive, &entry);
                if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
                        break;
                const char *path = archive_entry_pathname(entry);
                if (path && strcmp(path, name) == 0)
                        return unpack(archive, name, ret, ret_error);
        }
        return r == ARCHIVE_EOF || r == ARCHIVE_OK
                               ? ZIP_NOT_THERE
                               : refuse(ret_error, NULL, "the file is a damaged archive");
}
