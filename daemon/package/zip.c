#include "package/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

enum { ENTRIES_MAX = 4096 };

static void close_archive(struct archive **archive)
{
        archive_read_free(*archive);
}

/* The maximum of the buffer ends the unpacking of what would become too large. */
static int unpack(struct archive *archive, Buffer *ret)
{
        const void *block;
        size_t len;
        la_int64_t offset;
        int r;
        while ((r = archive_read_data_block(archive, &block, &len, &offset)) == ARCHIVE_OK) {
                if (buffer_error(ret) == 0 && (size_t)offset == ret->len)
                        buffer_append(ret, block, len);
                if (buffer_error(ret))
                        return buffer_error(ret) == -EFBIG ? PACKAGE_E_LARGE : -ENOMEM;
        }
        return r == ARCHIVE_EOF ? 0 : PACKAGE_E_DAMAGED;
}

int zip_read_part(const char *bytes, size_t len, const char *name, Buffer *ret)
{
        CLEANUP(close_archive) struct archive *archive = archive_read_new();
        struct archive_entry *entry;
        int r = ARCHIVE_OK;
        if (!archive)
                return -ENOMEM;
        if (archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
                        archive_read_open_memory(archive, bytes, len) != ARCHIVE_OK)
                return PACKAGE_E_DAMAGED;
        for (int n = 0; n < ENTRIES_MAX; n++) {
                r = archive_read_next_header(archive, &entry);
                if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
                        break;
                const char *path = archive_entry_pathname(entry);
                if (path && strcmp(path, name) == 0)
                        return unpack(archive, ret);
        }
        return r == ARCHIVE_EOF || r == ARCHIVE_OK ? PACKAGE_E_MISSING : PACKAGE_E_DAMAGED;
}
