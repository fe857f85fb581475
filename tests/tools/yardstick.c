/*
 * Measures libraries without the daemon, on the same work and machine. The benchmarks' goals are ratios to
 * these times.
 *
 *     yardstick parse FILE ROUNDS          libical's parser only
 *     yardstick pack FILE ROUNDS           a copy in memory, and libdeflate's gzip
 *     yardstick change FILE ROUNDS         one event of a feed is published, and one chunk is compressed
 *     yardstick read DATABASE ROUNDS       SQLite reads every object's text
 *     yardstick write DATABASE ROWS        SQLite writes rows as large as a mail's to a new file,
 *                                          BATCH in a transaction
 *
 * Prints microseconds: of CPU in the median round, by the clock in the median round, and by the clock in the
 * longest one.
 */

#include "base/cleanup.h"
#include "base/file.h"
#include "calendar/publish.h"
#include "content/chunk.h"
#include "feed/chunks.h"

#include <libdeflate.h>
#include <libical/ical.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX = 1 << 30, LEVEL = 1, BATCH = 100 };

typedef struct Work {
        const char *path;
        char *bytes;
        size_t len;
        int rounds;
        sqlite3 *database;
        sqlite3_stmt *statement;
        ZoneTable *zones;
} Work;

typedef struct Yardstick {
        const char *name;
        bool of_file; /* its bytes are read first */
        int per_round;
        bool (*begin)(Work *work);
        bool (*round)(Work *work);
} Yardstick;

static int64_t read_usec(clockid_t id)
{
        struct timespec now;
        clock_gettime(id, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool parse(Work *work)
{
        icalcomponent *calendar = icalparser_parse_string(work->bytes);
        bool parsed = calendar != NULL;
        icalcomponent_free(calendar);
        return parsed;
}

static bool pack(Work *work)
{
        struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
        size_t bound = libdeflate_gzip_compress_bound(compressor, work->len);
        CLEANUP(cleanup_free) char *copy = malloc(work->len);
        CLEANUP(cleanup_free) char *packed = malloc(bound);
        memcpy(copy, work->bytes, work->len);
        size_t len = libdeflate_gzip_compress(compressor, copy, work->len, packed, bound);
        libdeflate_free_compressor(compressor);
        return len > 0;
}

static void on_zone(const char *tzid, const char *vtimezone, void *userdata)
{
        (void)tzid, (void)vtimezone, (void)userdata;
}

/* Publishes the first event of the feed. */
static bool publish_one(const Work *work, ZoneTable *zones)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20), out = BUFFER_INIT(1 << 20);
        const char *start = strstr(work->bytes, "BEGIN:VEVENT"),
                   *end = strstr(work->bytes, "END:VEVENT\r\n");
        if (!start || !end)
                return false;
        buffer_puts(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//yardstick//EN\r\n");
        buffer_append(&text, start, (size_t)(end - start) + strlen("END:VEVENT\r\n"));
        buffer_puts(&text, "END:VCALENDAR\r\n");
        const PublishObject object = {
                .zones = zones, .text = buffer_text(&text), .len = text.len, .busy = "Busy"
        };
        return publish_components(&object, PUBLISH_PUBLIC, &out, on_zone, NULL) == 0;
}

/* Makes a chunk of the usual size from the middle of the feed. */
static bool make_chunk(const Work *work)
{
        size_t len = FEED_CHUNK_LEAST_BYTES + FEED_CHUNK_ODDS;
        CLEANUP(chunk_unrefp) Chunk *chunk = NULL;
        Blob *packed;
        CLEANUP(blob_unrefp)
        Blob *blob = work->len > 2 * len ? blob_copy_to_heap(work->bytes + work->len / 2, len) : NULL;
        return blob && chunk_new(blob, &chunk) == 0 && chunk_packed(chunk, CODING_GZIP, &packed) == 0;
}

static bool make_zones(Work *work)
{
        return zone_table_new(NULL, &work->zones) == 0;
}

static bool change(Work *work)
{
        return publish_one(work, work->zones) && make_chunk(work);
}

static bool open_database(Work *work)
{
        return sqlite3_open(work->path, &work->database) == SQLITE_OK;
}

static bool read_texts(Work *work)
{
        sqlite3_stmt *statement = NULL;
        int64_t len = 0;
        if (sqlite3_prepare_v2(work->database, "SELECT text FROM object", -1, &statement, NULL) != SQLITE_OK)
                return false;
        while (sqlite3_step(statement) == SQLITE_ROW)
                len += sqlite3_column_text(statement, 0) ? sqlite3_column_bytes(statement, 0) : 0;
        return sqlite3_finalize(statement) == SQLITE_OK && len > 0;
}

/* Makes a table with the columns and as many indexes as the table of mails. */
static bool make_table(Work *work)
{
        static const char schema[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                                     "CREATE TABLE row (id INTEGER PRIMARY KEY, contact INTEGER, object "
                                     "INTEGER, rule TEXT, start INTEGER, due INTEGER,"
                                     " state INTEGER, token TEXT, UNIQUE (contact, object, rule, start));"
                                     "CREATE INDEX row_due ON row (state, due); CREATE UNIQUE INDEX "
                                     "row_token ON row (token);";
        static const char insert[] = "INSERT INTO row (contact, object, rule, start, due, state, token) "
                                     "VALUES (?1, 1, '-P1D', 1, 1, 1, hex(randomblob(16)))";
        return open_database(work) && sqlite3_exec(work->database, schema, NULL, NULL, NULL) == SQLITE_OK &&
               sqlite3_prepare_v2(work->database, insert, -1, &work->statement, NULL) == SQLITE_OK;
}

static bool write_batch(Work *work)
{
        bool done = sqlite3_exec(work->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
        for (int i = 0; done && i < BATCH; i++) {
                sqlite3_bind_int64(work->statement, 1, sqlite3_last_insert_rowid(work->database));
                done = sqlite3_step(work->statement) == SQLITE_DONE &&
                       sqlite3_reset(work->statement) == SQLITE_OK;
        }
        return done && sqlite3_exec(work->database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

static const Yardstick YARDSTICKS[] = {
        { "parse", true, 1, NULL, parse },
        { "pack", true, 1, NULL, pack },
        { "change", true, 1, make_zones, change },
        { "read", false, 1, open_database, read_texts },
        { "write", false, BATCH, make_table, write_batch },
};

static int compare(const void *a, const void *b)
{
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
        return (x > y) - (x < y);
}

static int measure(const Yardstick *yardstick, Work *work)
{
        int n = work->rounds / yardstick->per_round;
        CLEANUP(cleanup_free) int64_t *cpu = calloc((size_t)n, sizeof(*cpu));
        CLEANUP(cleanup_free) int64_t *clock = calloc((size_t)n, sizeof(*clock));
        bool done = n > 0 && (!yardstick->begin || yardstick->begin(work));
        for (int i = 0; done && i < n; i++) {
                cpu[i] = -read_usec(CLOCK_PROCESS_CPUTIME_ID);
                clock[i] = -read_usec(CLOCK_MONOTONIC);
                done = yardstick->round(work);
                clock[i] += read_usec(CLOCK_MONOTONIC);
                cpu[i] += read_usec(CLOCK_PROCESS_CPUTIME_ID);
        }
        zone_table_free(work->zones);
        sqlite3_finalize(work->statement);
        sqlite3_close(work->database);
        if (!done)
                return 1;
        qsort(cpu, (size_t)n, sizeof(*cpu), compare);
        qsort(clock, (size_t)n, sizeof(*clock), compare);
        printf("%lld %lld %lld\n", (long long)cpu[n / 2], (long long)clock[n / 2], (long long)clock[n - 1]);
        return 0;
}

int main(int n_arguments, char **arguments)
{
        CLEANUP(cleanup_free) char *bytes = NULL;
        Work work = { 0 };
        for (size_t i = 0; n_arguments == 4 && i < sizeof(YARDSTICKS) / sizeof(*YARDSTICKS); i++) {
                const Yardstick *yardstick = &YARDSTICKS[i];
                if (strcmp(arguments[1], yardstick->name) != 0)
                        continue;
                work.path = arguments[2];
                work.rounds = atoi(arguments[3]);
                if (yardstick->of_file && file_read(work.path, FILE_MAX, &bytes, &work.len) < 0)
                        break;
                work.bytes = bytes;
                return measure(yardstick, &work);
        }
        fputs("yardstick parse|pack|read|write PATH N\n", stderr);
        return 2;
}
