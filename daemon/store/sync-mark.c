#include "store/sync-mark.h"

#include "base/file.h"
#include "store/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define META_SYNC_MARK "sync_mark" /* "1" if the store had a file */

enum { MARK_BYTES = 256, FILE_MODE = 0640 };

/* One line of fixed length, so that it can be overwritten in place within one sector of the disk. */
#define MARK_FORMAT "convened-sync 1 %-32s %019" PRId64 "\n"

typedef struct SyncText {
        char epoch[TOKEN_SIZE];
        int64_t change;
} SyncText;

struct SyncMark {
        pthread_mutex_t lock; /* protects the members below */
        int fd;
        SyncText text;
        bool failed; /* a failure was reported */
};

SyncMark *sync_mark_free(SyncMark *mark)
{
        if (!mark)
                return NULL;
        if (mark->fd >= 0)
                close(mark->fd);
        pthread_mutex_destroy(&mark->lock);
        free(mark);
        return NULL;
}

/* @ret: the path of the file, to be freed; NULL if the engine has no file */
static int find_path(Store *store, char **ret)
{
        const char *name = db_file(store_db(store));
        *ret = NULL;
        if (!name)
                return 0;
        CLEANUP(cleanup_free) char *file = realpath(name, NULL);
        if (!file)
                return -errno;
        const char *base = strrchr(file, '/') + 1;
        return asprintf(ret, "%.*ssync-%s", (int)(base - file), file, base) < 0 ? -ENOMEM : 0;
}

/* Reads the file. Return: 0; -ENOENT if there is no file or it is no mark; other negative errno. */
static int read_file(const char *path, SyncText *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        int r = file_read(path, MARK_BYTES, &text, &len);
        if (r < 0)
                return r == -EFBIG ? -ENOENT : r;
        _Static_assert(TOKEN_SIZE == 33, "the width of the epoch in the format below");
        return sscanf(text, "convened-sync 1 %32s %19" SCNd64, ret->epoch, &ret->change) == 2 ? 0 : -ENOENT;
}

static size_t print(const SyncText *text, char ret[static MARK_BYTES])
{
        return (size_t)snprintf(ret, MARK_BYTES, MARK_FORMAT, text->epoch, text->change);
}

static int write_file(const char *path, const SyncText *text)
{
        char line[MARK_BYTES];
        size_t len = print(text, line);
        return file_write_atomic(path, line, len, FILE_MODE);
}

/* Whether a store that has made tokens was put back. @found: the file's content; NULL if there is none */
static bool was_put_back(const SyncText *store, const SyncText *found, bool had_file)
{
        if (!found)
                return had_file;
        return strcmp(store->epoch, found->epoch) != 0 || store->change < found->change;
}

static int read_store(Store *store, SyncText *ret, bool *ret_had_file)
{
        CLEANUP(cleanup_free) char *had_file = NULL;
        int r = epoch_get(store, ret->epoch);
        if (r == 0)
                r = store_sequence(store, &ret->change);
        if (r == 0)
                r = store_meta_get(store, META_SYNC_MARK, &had_file);
        *ret_had_file = had_file != NULL;
        return r;
}

/* Compares the store with the file, and makes them agree: the store first, so that a crash is repeated. */
static int settle(Store *store, const char *path, SyncText *ret, bool *ret_renewed)
{
        SyncText found;
        bool had_file;
        int r = read_store(store, ret, &had_file);
        int read = r == 0 ? read_file(path, &found) : r;
        if (r != 0 || (read != 0 && read != -ENOENT))
                return r != 0 ? r : read;
        bool renew = was_put_back(ret, read == 0 ? &found : NULL, had_file);
        if (renew)
                r = epoch_renew(store);
        if (r == 0 && renew)
                r = epoch_get(store, ret->epoch);
        if (r == 0)
                r = write_file(path, ret);
        if (r == 0 && !had_file)
                r = store_meta_set(store, META_SYNC_MARK, "1");
        *ret_renewed = renew;
        return r;
}

int sync_mark_open(Store *store, bool *ret_renewed, SyncMark **ret)
{
        CLEANUP(cleanup_free) char *path = NULL;
        SyncText text;
        bool renewed = false;
        *ret = NULL;
        int r = find_path(store, &path);
        if (r == 0 && path)
                r = settle(store, path, &text, &renewed);
        if (r != 0)
                return r;
        *ret_renewed = renewed;
        if (!path)
                return 0;
        CLEANUP(sync_mark_freep) SyncMark *mark = calloc(1, sizeof(*mark));
        if (!mark)
                return -ENOMEM;
        pthread_mutex_init(&mark->lock, NULL);
        mark->text = text;
        mark->fd = open(path, O_WRONLY | O_CLOEXEC);
        if (mark->fd < 0)
                return -errno;
        *ret = TAKE_PTR(mark);
        return 0;
}

static int write_change(SyncMark *mark, int64_t change)
{
        char line[MARK_BYTES];
        mark->text.change = change;
        size_t len = print(&mark->text, line);
        ssize_t n = pwrite(mark->fd, line, len, 0);
        return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

int sync_mark_note(SyncMark *mark, int64_t change)
{
        int r = 0;
        if (!mark)
                return 0;
        pthread_mutex_lock(&mark->lock);
        if (change > mark->text.change)
                r = write_change(mark, change);
        bool first = r != 0 && !mark->failed;
        mark->failed |= r != 0;
        pthread_mutex_unlock(&mark->lock);
        return first ? r : 0;
}
