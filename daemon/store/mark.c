#include "store/mark.h"

#include "base/file.h"
#include "store/query.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARK_BYTES = 256, SYNC_SECONDS = 1 };

/* One line of fixed length, so that it can be overwritten in place within one sector of the disk. */
#define MARK_FORMAT "convened-mark 1 %s %019" PRId64 "\n"

typedef struct MarkText {
        char name[TOKEN_SIZE];
        int64_t number;
} MarkText;

struct Mark {
        char *path;
        int fd;
        MarkText text;
        usec_t sync_at; /* monotonic; USEC_INFINITY if the file is synced */
};

/* @ret: the path of the mark, beside the store's file, to be freed; NULL if the engine has no file */
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
        return asprintf(ret, "%.*smark-%s", (int)(base - file), file, base) < 0 ? -ENOMEM : 0;
}

/* Reads the mark. Return: 0; -ENOENT if there is no file or it is not a mark; other negative errno. */
static int read_file(const char *path, MarkText *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        int r = file_read(path, MARK_BYTES, &text, &len);
        if (r < 0)
                return r == -EFBIG ? -ENOENT : r;
        _Static_assert(TOKEN_SIZE == 33, "the width of the name in the format below");
        return sscanf(text, "convened-mark 1 %32s %19" SCNd64, ret->name, &ret->number) == 2 ? 0 : -ENOENT;
}

/* The group that may read the store may also read the mark, which contains nothing about people. */
static int write_file(const char *path, const MarkText *text)
{
        char line[MARK_BYTES];
        int len = snprintf(line, sizeof(line), MARK_FORMAT, text->name, text->number);
        return file_write_atomic(path, line, (size_t)len, 0640);
}

/* Reads the name and the number that the store has. The name is "" if the store never had a mark. */
static int read_store(Store *store, MarkText *ret)
{
        CLEANUP(cleanup_free) char *name = NULL;
        int r = store_meta_get(store, META_MARK, &name);
        if (r == 0)
                r = QUERY_NUMBER(store, &ret->number, 0, "SELECT value FROM counter WHERE name = $1",
                                BIND_T(MARK_COUNTER));
        snprintf(ret->name, sizeof(ret->name), "%s", name ? name : "");
        return r;
}

static int read_started(Store *store, bool *ret)
{
        CLEANUP(cleanup_free) char *first = NULL;
        int r = store_meta_get(store, META_FIRST_START, &first);
        *ret = first != NULL;
        return r;
}

static MarkAge judge(const MarkText *kept, const MarkText *mark)
{
        bool is_same = mark && strcmp(kept->name, mark->name) == 0;
        /* A mark of another store from which no mail was sent counts as missing. */
        if (!mark || (!is_same && mark->number == 0))
                return kept->name[0] ? MARK_MISSING : MARK_CURRENT;
        if (!is_same)
                return MARK_OTHER;
        return kept->number < mark->number ? MARK_OLDER : MARK_CURRENT;
}

int mark_compare(Store *store, MarkAge *ret)
{
        CLEANUP(cleanup_free) char *path = NULL;
        MarkText kept = { .number = 0 }, mark = { .number = 0 };
        bool started = false;
        int r = find_path(store, &path);
        if (r == 0)
                r = read_started(store, &started);
        if (r == 0 && path && started)
                r = read_store(store, &kept);
        if (r != 0)
                return r;
        int found = path && started ? read_file(path, &mark) : 0;
        if (found < 0 && found != -ENOENT)
                return found;
        *ret = path && started ? judge(&kept, found == 0 ? &mark : NULL) : MARK_CURRENT;
        return 0;
}

int mark_word(Store *store, char ret[static MARK_WORD_SIZE])
{
        CLEANUP(cleanup_free) char *path = NULL;
        MarkText mark;
        int r = find_path(store, &path);
        if (r == 0)
                r = path ? read_file(path, &mark) : -ENOENT;
        if (r == -ENOMEM)
                return r;
        if (r == 0)
                snprintf(ret, MARK_WORD_SIZE, "%s:%" PRId64, mark.name, mark.number);
        else
                snprintf(ret, MARK_WORD_SIZE, "-");
        return 0;
}

int mark_place(Store *store)
{
        CLEANUP(cleanup_free) char *path = NULL;
        MarkText text = { .number = 0 };
        int r = find_path(store, &path);
        if (r == 0 && path)
                r = token_make(text.name);
        return r != 0 || !path ? r : write_file(path, &text);
}

/* The file is written first, because a store that has a name but no file counts as copied. */
static int write_both(Store *store, const char *path, const MarkText *kept, const MarkText *file,
                const MarkText *agreed)
{
        bool is_same = file && strcmp(file->name, agreed->name) == 0 && file->number == agreed->number;
        int r = is_same ? 0 : write_file(path, agreed);
        if (r == 0 && !kept->name[0])
                r = store_meta_set(store, META_MARK, agreed->name);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO counter (name, value) VALUES ($1, $2)"
                                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                                        " WHERE counter.value < excluded.value",
                                        BIND_T(MARK_COUNTER), BIND_I(agreed->number));
}

static int adopt(Store *store, const char *path)
{
        MarkText kept = { .number = 0 }, file = { .number = 0 };
        int r = read_store(store, &kept);
        int found = r == 0 ? read_file(path, &file) : r;
        /*
         * A file without read permission can still be replaced, because that needs a writable directory
         * only.
         */
        if (r != 0 || (found < 0 && found != -ENOENT && found != -EACCES))
                return found;
        MarkText agreed = kept;
        if (!kept.name[0])
                r = token_make(agreed.name);
        if (found == 0 && strcmp(file.name, agreed.name) == 0 && file.number > agreed.number)
                agreed.number = file.number;
        return r != 0 ? r : write_both(store, path, &kept, found == 0 ? &file : NULL, &agreed);
}

int mark_adopt(Store *store)
{
        CLEANUP(cleanup_free) char *path = NULL;
        StoreWrite write;
        int r = find_path(store, &path);
        if (r != 0 || !path)
                return r;
        r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, adopt(store, path));
}

static int open_file(Mark *mark)
{
        int fd = open(mark->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
                return -errno;
        cleanup_close(&mark->fd);
        mark->fd = fd;
        return 0;
}

/* Makes a removed file again, durably, and opens it. */
static int make_again(Mark *mark)
{
        int r = write_file(mark->path, &mark->text);
        return r != 0 ? r : open_file(mark);
}

/* Takes the number of a mark that is ahead of an older store, so that mark_write() does not lower it. */
static Mark *keep_ahead(Mark *mark)
{
        MarkText file = { .number = 0 };
        if (read_file(mark->path, &file) == 0 && strcmp(file.name, mark->text.name) == 0 &&
                        file.number > mark->text.number)
                mark->text.number = file.number;
        return mark;
}

int mark_open(Store *store, Mark **ret)
{
        *ret = NULL;
        CLEANUP(mark_freep) Mark *mark = calloc(1, sizeof(*mark));
        if (!mark)
                return -ENOMEM;
        mark->fd = -1;
        mark->sync_at = USEC_INFINITY;
        int r = find_path(store, &mark->path);
        if (r == 0)
                r = read_store(store, &mark->text);
        if (r != 0 || !mark->path || !mark->text.name[0])
                return r;
        r = open_file(mark);
        if (r == -ENOENT)
                r = make_again(mark);
        if (r == 0)
                *ret = keep_ahead(TAKE_PTR(mark));
        return r;
}

Mark *mark_free(Mark *mark)
{
        if (!mark)
                return NULL;
        if (mark->sync_at != USEC_INFINITY)
                fdatasync(mark->fd);
        cleanup_close(&mark->fd);
        free(mark->path);
        free(mark);
        return NULL;
}

int mark_count(Store *store, int64_t *ret)
{
        return query_count_up(store, MARK_COUNTER, ret);
}

int mark_write(Mark *mark, int64_t number, usec_t now)
{
        char line[MARK_BYTES];
        struct stat status;
        if (!mark || number <= mark->text.number)
                return 0;
        mark->text.number = number;
        if (fstat(mark->fd, &status) == 0 && status.st_nlink == 0)
                return make_again(mark);
        int len = snprintf(line, sizeof(line), MARK_FORMAT, mark->text.name, number);
        ssize_t n = pwrite(mark->fd, line, (size_t)len, 0);
        if (n != len)
                return n < 0 ? -errno : -EIO;
        if (mark->sync_at == USEC_INFINITY)
                mark->sync_at = now + SYNC_SECONDS * USEC_PER_SEC;
        return 0;
}

usec_t mark_sync_at(const Mark *mark)
{
        return mark ? mark->sync_at : USEC_INFINITY;
}

int mark_sync(Mark *mark, usec_t now)
{
        if (now < mark_sync_at(mark))
                return 0;
        mark->sync_at = USEC_INFINITY;
        return fdatasync(mark->fd) < 0 ? -errno : 0;
}
