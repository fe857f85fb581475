#include "store/db-sqlite.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAIT_MS = 10000, ROWS = 3000 /* of more than half a page each */ };

typedef struct Fixture {
        char directory[32], path[64], url[80];
        Db *db;
        DbUpkeep *checkpointer;
        atomic_int pages; /* in the log after the last commit */
} Fixture;

static void on_commit(int pages, void *userdata)
{
        Fixture *f = userdata;
        atomic_store(&f->pages, pages);
        checkpointer_told(f->checkpointer, pages);
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        strcpy(f->directory, "/tmp/convened-test-XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        snprintf(f->path, sizeof(f->path), "%s/db", f->directory);
        snprintf(f->url, sizeof(f->url), "sqlite:%s", f->path);
        assert_int_equal(db_open(f->url, true, false, &f->db, NULL), 0);
        assert_int_equal(db_execute(f->db, "CREATE TABLE t (bytes BYTEA)"), 0);
        assert_int_equal(db_upkeep_new(f->url, &f->checkpointer), 0);
        sqlite_on_commit(f->db, on_commit, f);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        char command[64];
        db_close(f->db);
        db_upkeep_free(f->checkpointer);
        snprintf(command, sizeof(command), "rm -r %s", f->directory);
        assert_int_equal(system(command), 0);
        free(f);
        return 0;
}

static void write_rows(Fixture *f, int n)
{
        char sql[160];
        snprintf(sql, sizeof(sql),
                        "INSERT INTO t WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
                        "WHERE i < %d)"
                        " SELECT randomblob(3000) FROM c",
                        n);
        assert_int_equal(db_execute(f->db, sql), 0);
}

/* Counts the rows of the database file alone, without its log. */
static int64_t rows_in_the_file(const Fixture *f)
{
        char copy[80], url[96];
        DbStatement *statement;
        CLEANUP(db_closep) Db *db = NULL;
        snprintf(copy, sizeof(copy), "%s-copy", f->path);
        snprintf(url, sizeof(url), "sqlite:%s", copy);
        int from = open(f->path, O_RDONLY | O_CLOEXEC),
            to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        while (sendfile(to, from, NULL, 1 << 20) > 0)
                continue;
        close(from);
        close(to);
        if (db_open(url, false, false, &db, NULL) != 0 ||
                        db_prepare(db, SQL("SELECT count(*) FROM t"), &statement) != 0 ||
                        db_step(statement) != DB_ROW)
                return -1;
        int64_t n = db_int(statement, 0);
        db_reset(statement);
        return n;
}

static void wait_for_rest(DbUpkeep *checkpointer)
{
        for (int i = 0; checkpointer_is_busy(checkpointer); i++) {
                assert_true(i < WAIT_MS);
                nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        }
}

static void test_checkpointer__copies_a_large_log_and_restarts_it(void **state)
{
        Fixture *f = *state;
        write_rows(f, 100);
        wait_for_rest(f->checkpointer);
        assert_true(rows_in_the_file(f) <= 0);
        write_rows(f, ROWS);
        assert_true(atomic_load(&f->pages) > ROWS);
        wait_for_rest(f->checkpointer);
        assert_int_equal(rows_in_the_file(f), ROWS + 100);
        write_rows(f, 1);
        assert_in_range(atomic_load(&f->pages), 1, 20);
        assert_false(checkpointer_has_failed(f->checkpointer));
}

/* A reader of an older snapshot is not disturbed, and delays the checkpoint only while it reads. */
static void test_checkpointer__waits_for_a_reader_and_tries_again(void **state)
{
        Fixture *f = *state;
        CLEANUP(db_closep) Db *reader = NULL;
        DbStatement *statement;
        write_rows(f, 1);
        assert_int_equal(db_open(f->url, false, true, &reader, NULL), 0);
        assert_int_equal(db_begin_read(reader), 0);
        assert_int_equal(db_prepare(reader, SQL("SELECT count(*) FROM t"), &statement), 0);
        assert_int_equal(db_step(statement), DB_ROW);
        write_rows(f, ROWS);
        wait_for_rest(f->checkpointer);
        write_rows(f, 1);
        assert_true(atomic_load(&f->pages) > ROWS);
        assert_false(checkpointer_is_busy(f->checkpointer)); /* no immediate retry */
        assert_int_equal(db_int(statement, 0), 1);
        db_reset(statement);
        db_rollback(reader);
        write_rows(f, ROWS);
        wait_for_rest(f->checkpointer);
        write_rows(f, 1);
        assert_in_range(atomic_load(&f->pages), 1, 20);
        assert_false(checkpointer_has_failed(f->checkpointer));
}

static void test_checkpointer__does_nothing_after_the_store_was_deleted(void **state)
{
        (void)state;
        CLEANUP(db_upkeep_freep) DbUpkeep *other = NULL;
        assert_int_equal(db_upkeep_new("sqlite:/nonexistent/db", &other), 0);
        checkpointer_told(other, 1 << 20);
        wait_for_rest(other);
        assert_false(checkpointer_has_failed(other));
}

#define CHECKPOINTER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                CHECKPOINTER_TEST(test_checkpointer__copies_a_large_log_and_restarts_it),
                CHECKPOINTER_TEST(test_checkpointer__waits_for_a_reader_and_tries_again),
                cmocka_unit_test(test_checkpointer__does_nothing_after_the_store_was_deleted),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
