#include "store/sync-mark.h"

#include "base/file.h"
#include "base/log.h"
#include "store/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The texts of file and store. The file is read first, so that it is not ahead of the store. */
typedef struct Look {
        SyncText store, file;
        bool has_file, had_file; /* the file is there; the store has had one */
} Look;

static int look_at(Store *store, const char *path, Look *ret)
{
        int r = read_file(path, &ret->file);
        if (r != 0 && r != -ENOENT)
                return r;
        ret->has_file = r == 0;
        return read_store(store, &ret->store, &ret->had_file);
}

static bool was_put_back_by(const Look *look)
{
        return was_put_back(&look->store, look->has_file ? &look->file : NULL, look->had_file);
}

/*
 * Makes the store and the file agree in an open transaction. The file is written before the commit: if that
 * fails, they differ, and the next opening renews the epoch.
 */
static int settle(Store *store, const char *path, SyncText *ret, bool *ret_renewed)
{
        Look look;
        int r = look_at(store, path, &look);
        if (r != 0)
                return r;
        bool renew = was_put_back_by(&look);
        if (renew)
                r = epoch_renew(store);
        if (r == 0 && renew)
                r = epoch_get(store, look.store.epoch);
        if (r == 0 && !look.had_file)
                r = store_meta_set(store, META_SYNC_MARK, "1");
        if (r == 0)
                r = write_file(path, &look.store);
        *ret = look.store;
        *ret_renewed = renew;
        return r;
}

static int settle_alone(Store *store, const char *path, SyncText *ret, bool *ret_renewed)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, settle(store, path, ret, ret_renewed));
}

/* The first look takes no lock and writes nothing, because nearly every opening finds all in order. */
int sync_mark_settle(Store *store, bool *ret_renewed)
{
        CLEANUP(cleanup_free) char *path = NULL;
        Look look;
        SyncText text;
        bool renewed = false;
        int r = find_path(store, &path);
        if (r == 0 && path)
                r = look_at(store, path, &look);
        if (r == 0 && path && was_put_back_by(&look))
                r = settle_alone(store, path, &text, &renewed);
        if (r == 0)
                *ret_renewed = renewed;
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
                r = settle_alone(store, path, &text, &renewed);
        if (r != 0)
                return r;
        *ret_renewed = renewed || store_was_put_back(store);
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

void sync_mark_tell(SyncMark *mark, int64_t change)
{
        int r = sync_mark_note(mark, change);
        if (r < 0)
                log_warning("the file beside the store with the newest sync token cannot be written, a store that is put back may not be noticed: %s",
                                strerror(-r));
}
