/*
 * The table of named zones: a tree under a lock, filled from TZif files when zones are needed. Names are
 * untrusted, so a name is checked before any file is looked up, and only regular files of the directory are
 * opened.
 */

#include "base/array.h"
#include "base/text.h"
#include "calendar/zone-data.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <pthread.h>
#include <search.h>
#include <string.h>
#include <sys/stat.h>

#define SYSTEM_DIRECTORY "/usr/share/zoneinfo"

enum { NAME_MAX_BYTES = 64, FILE_MAX_BYTES = 64 * 1024 };

/* A name and its zone; a Windows name shares the zone of its IANA name. */
typedef struct ZoneEntry {
        char *name;
        Zone *zone;
        char hash[HASH_HEX_SIZE]; /* of the file */
} ZoneEntry;

struct ZoneTable {
        char *path;
        int directory;
        pthread_rwlock_t lock;
        void *entries; /* a tsearch(3) tree of ZoneEntry by name */
        Zone **older;  /* replaced by a refresh, but may still be in use */
        size_t n_older;
};

static int compare_entries(const void *a, const void *b)
{
        return strcmp(((const ZoneEntry *)a)->name, ((const ZoneEntry *)b)->name);
}

static void free_entry(void *node)
{
        ZoneEntry *entry = node;
        if (!entry)
                return;
        zone_unref(entry->zone);
        free(entry->name);
        free(entry);
}

static void cleanup_entry(ZoneEntry **entry)
{
        free_entry(*entry);
}

int zone_table_new(const char *directory, ZoneTable **ret)
{
        *ret = NULL;
        CLEANUP(zone_table_freep) ZoneTable *table = calloc(1, sizeof(*table));
        if (!table)
                return -ENOMEM;
        const char *named = secure_getenv("TZDIR");
        pthread_rwlock_init(&table->lock, NULL);
        table->directory = -1;
        table->path = strdup(directory ? directory : named && *named ? named : SYSTEM_DIRECTORY);
        if (!table->path)
                return -ENOMEM;
        table->directory = open(table->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (table->directory < 0)
                return -errno;
        *ret = TAKE_PTR(table);
        return 0;
}

ZoneTable *zone_table_free(ZoneTable *table)
{
        if (!table)
                return NULL;
        tdestroy(table->entries, free_entry);
        for (size_t i = 0; i < table->n_older; i++)
                zone_unref(table->older[i]);
        free(table->older);
        pthread_rwlock_destroy(&table->lock);
        if (table->directory >= 0)
                close(table->directory);
        free(table->path);
        free(table);
        return NULL;
}

/* Whether the directory has an entry with this name that must not be used as a zone's name. */
static bool name_is_reserved(const char *name)
{
        return strncmp(name, "posix/", 6) == 0 || strncmp(name, "right/", 6) == 0 ||
               strcmp(name, "localtime") == 0 || strcmp(name, "posixrules") == 0;
}

static bool name_is_iana(const char *name)
{
        bool part = false;
        size_t len = 0;
        for (; name[len]; len++) {
                char c = name[len];
                bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                              c == '_' || c == '+' || c == '-';
                if (len == NAME_MAX_BYTES || (!letter && !(c == '/' && part)))
                        return false;
                part = letter;
        }
        return part && !name_is_reserved(name);
}

static bool name_may_be_windows(const char *name)
{
        size_t len = 0;
        for (; name[len]; len++)
                if (len == NAME_MAX_BYTES || name[len] < ' ' || name[len] > '~' || name[len] == '/')
                        return false;
        return len > 0;
}

static bool errno_means_unknown(int error)
{
        return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG || error == ELOOP ||
               error == ENXIO;
}

/* Opens a regular file. O_NONBLOCK is needed if a FIFO or device replaces the file after the check. */
static int open_zone_file(const ZoneTable *table, const char *name, int *ret_fd)
{
        struct stat status;
        if (fstatat(table->directory, name, &status, 0) < 0)
                return errno_means_unknown(errno) ? ZONE_E_UNKNOWN : -errno;
        if (!S_ISREG(status.st_mode))
                return ZONE_E_UNKNOWN;
        int fd = openat(table->directory, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
                return errno_means_unknown(errno) ? ZONE_E_UNKNOWN : -errno;
        *ret_fd = fd;
        return 0;
}

static int read_zone_file(const ZoneTable *table, const char *name, char **ret, size_t *ret_len)
{
        CLEANUP(cleanup_close) int fd = -1;
        int r = open_zone_file(table, name, &fd);
        if (r != 0)
                return r;
        CLEANUP(cleanup_free) char *bytes = malloc(FILE_MAX_BYTES + 1);
        if (!bytes)
                return -ENOMEM;
        size_t len = 0;
        for (ssize_t n = 1; n > 0 && len <= FILE_MAX_BYTES; len += (size_t)n) {
                n = TEMP_FAILURE_RETRY(read(fd, bytes + len, FILE_MAX_BYTES + 1 - len));
                if (n < 0)
                        return -errno;
        }
        if (len > FILE_MAX_BYTES)
                return ZONE_E_INVALID;
        *ret = TAKE_PTR(bytes);
        *ret_len = len;
        return 0;
}

static int load_zone(
                const ZoneTable *table, const char *name, char ret_hash[static HASH_HEX_SIZE], Zone **ret)
{
        CLEANUP(cleanup_free) char *bytes = NULL;
        size_t len = 0;
        int r = read_zone_file(table, name, &bytes, &len);
        if (r != 0)
                return r;
        CLEANUP(zone_unrefp) Zone *zone = NULL;
        r = zone_new(name, &zone);
        if (r < 0)
                return r;
        r = tzif_read(bytes, len, zone);
        if (r != 0)
                return r;
        hash_hex(bytes, len, ret_hash);
        *ret = TAKE_PTR(zone);
        return 0;
}

static const Zone *find_zone(ZoneTable *table, const char *name)
{
        const ZoneEntry key = { .name = (char *)(uintptr_t)name };
        pthread_rwlock_rdlock(&table->lock);
        ZoneEntry *const *found = tfind(&key, &table->entries, compare_entries);
        const Zone *zone = found ? (*found)->zone : NULL;
        pthread_rwlock_unlock(&table->lock);
        return zone;
}

/*
 * Keeps @zone under @name. If another thread has added the name in the meantime, @ret is that thread's
 * zone.
 */
static int keep_zone(ZoneTable *table, const char *name, const char *hash, Zone *zone, const Zone **ret)
{
        CLEANUP(cleanup_entry) ZoneEntry *entry = calloc(1, sizeof(*entry));
        if (!entry)
                return -ENOMEM;
        entry->zone = zone_ref(zone);
        entry->name = strdup(name);
        if (!entry->name)
                return -ENOMEM;
        strcpy(entry->hash, hash);
        pthread_rwlock_wrlock(&table->lock);
        ZoneEntry **kept = tsearch(entry, &table->entries, compare_entries);
        if (kept)
                *ret = (*kept)->zone;
        if (kept && *kept == entry)
                entry = NULL;
        pthread_rwlock_unlock(&table->lock);
        return kept ? 0 : -ENOMEM;
}

static int get_iana(ZoneTable *table, const char *name, const Zone **ret)
{
        const Zone *known = find_zone(table, name);
        if (known) {
                *ret = known;
                return 0;
        }
        if (!name_is_iana(name))
                return ZONE_E_UNKNOWN;
        CLEANUP(zone_unrefp) Zone *zone = NULL;
        char hash[HASH_HEX_SIZE];
        int r = load_zone(table, name, hash, &zone);
        return r != 0 ? r : keep_zone(table, name, hash, zone, ret);
}

static int get_windows(ZoneTable *table, const char *name, const Zone **ret)
{
        char iana[NAME_MAX_BYTES + 1];
        if (!name_may_be_windows(name))
                return ZONE_E_UNKNOWN;
        int r = text_zone_from_windows(name, iana, sizeof(iana));
        if (r < 0)
                return r == -ENOENT ? ZONE_E_UNKNOWN : r;
        const Zone *zone;
        r = get_iana(table, iana, &zone);
        /* The table owns all its zones, which are const only for its callers. */
        return r != 0 ? r : keep_zone(table, name, "", (Zone *)(uintptr_t)zone, ret);
}

int zone_table_get(ZoneTable *table, const char *name, const Zone **ret)
{
        int r = get_iana(table, name, ret);
        return r == ZONE_E_UNKNOWN ? get_windows(table, name, ret) : r;
}

/* The argument of a traversal of the tree. */
typedef struct Refresh {
        ZoneTable *table;
        const Zone *from; /* the zone that is replaced in all entries */
        Zone *to;         /* the zone that replaces it */
        ZoneEntry *found; /* the entry whose file has changed */
        bool changed;
} Refresh;

static void on_alias(const void *node, VISIT visit, void *userdata)
{
        const Refresh *refresh = userdata;
        ZoneEntry *entry = *(ZoneEntry *const *)node;
        if ((visit != postorder && visit != leaf) || entry->zone != refresh->from)
                return;
        zone_unref(entry->zone);
        entry->zone = zone_ref(refresh->to);
}

/*
 * Replaces a zone in all entries; called under the lock. The older zone is kept for its users before it is
 * replaced, so that a failure frees no zone that is in use.
 */
static int replace_zone(Refresh *refresh, Zone *zone)
{
        ZoneTable *table = refresh->table;
        Zone **older = array_grow(table->older, table->n_older, sizeof(*older));
        if (!older)
                return -ENOMEM;
        table->older = older;
        older[table->n_older++] = zone_ref(refresh->found->zone);
        refresh->from = refresh->found->zone;
        refresh->to = zone;
        twalk_r(table->entries, on_alias, refresh);
        refresh->changed = true;
        return 0;
}

static void on_entry(const void *node, VISIT visit, void *userdata)
{
        Refresh *refresh = userdata;
        CLEANUP(zone_unrefp) Zone *zone = NULL;
        char hash[HASH_HEX_SIZE];
        refresh->found = *(ZoneEntry *const *)node;
        /* An entry for a Windows name has no file of its own; it changes with its IANA name. */
        if ((visit != postorder && visit != leaf) || !refresh->found->hash[0] ||
                        load_zone(refresh->table, refresh->found->name, hash, &zone) != 0 ||
                        strcmp(hash, refresh->found->hash) == 0)
                return;
        if (replace_zone(refresh, zone) == 0)
                strcpy(refresh->found->hash, hash);
}

bool zone_table_refresh(ZoneTable *table)
{
        Refresh refresh = { .table = table };
        pthread_rwlock_wrlock(&table->lock);
        twalk_r(table->entries, on_entry, &refresh);
        pthread_rwlock_unlock(&table->lock);
        return refresh.changed;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
        return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void close_walk(FTS **walk)
{
        if (*walk)
                fts_close(*walk);
}

/* Only names, sizes and dates are hashed: reading the contents of a thousand files would take too long. */
int zone_table_signature(const ZoneTable *table, char ret[static HASH_HEX_SIZE])
{
        char *const paths[] = { table->path, NULL };
        CLEANUP(close_walk) FTS *walk = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, compare_names);
        Hash *hash = walk ? hash_new() : NULL;
        if (!hash)
                return walk ? -ENOMEM : -errno;
        for (FTSENT *file; (file = fts_read(walk));) {
                if (file->fts_info != FTS_F)
                        continue;
                const struct stat *status = file->fts_statp;
                hash_field(hash, file->fts_name);
                hash_update(hash, &status->st_size, sizeof(status->st_size));
                hash_update(hash, &status->st_mtim, sizeof(status->st_mtim));
        }
        hash_finish(hash, ret);
        hash_free(hash);
        return 0;
}
