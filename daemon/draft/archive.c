#include "draft/archive.h"

#include "draft/condition.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

enum { ENTRIES_MAX = 1000 };

static struct archive *archive_close_free(struct archive *archive)
{
        archive_read_free(archive);
        return NULL;
}
DEFINE_CLEANUP(struct archive, archive_freep, archive_close_free)

static int append_data(struct archive *archive, Buffer *out)
{
        const void *block;
        size_t len;
        la_int64_t offset;
        int r;
        while ((r = archive_read_data_block(archive, &block, &len, &offset)) == ARCHIVE_OK) {
                buffer_append(out, block, len);
                if (buffer_error(out) < 0)
                        return buffer_error(out);
        }
        return r == ARCHIVE_EOF ? 0 : DRAFT_E_FORMAT;
}

int archive_read_document(const char *bytes, size_t len, Buffer *out)
{
        CLEANUP(archive_freep) struct archive *archive = archive_read_new();
        struct archive_entry *entry;
        if (!archive || archive_read_support_format_zip(archive) != ARCHIVE_OK)
                return -ENOMEM;
        if (archive_read_open_memory(archive, bytes, len) != ARCHIVE_OK)
                return DRAFT_E_FORMAT;
        for (int i = 0; i < ENTRIES_MAX && archive_read_next_header(archive, &entry) == ARCHIVE_OK; i++) {
                const char *name = archive_entry_pathname(entry);
                if (name && (strcmp(name, "word/document.xml") == 0 || strcmp(name, "content.xml") == 0))
                        return append_data(archive, out);
        }
        return DRAFT_E_FORMAT;
}
