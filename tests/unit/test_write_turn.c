/* Tests the order in which connections of one process write to a store. */

#include "store/db-sqlite-turn.h"
#include "store/db.h"

#include "base/clock.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

enum { WRITERS = 8, PATIENCE = 60 * USEC_PER_SEC, SHORT = 20 * USEC_PER_MSEC };

typedef struct Line {
        WriteTurn *turn;
        pthread_mutex_t lock;
        int order[WRITERS], n;
} Line;

typedef struct Writer {
        Line *line;
        int number;
        pthread_t thread;
        _Atomic pid_t id; /* of the thread; 0 before it runs */
} Writer;

static const struct stat file = { .st_dev = 7, .st_ino = 11 };

static void *write_once(void *userdata)
{
        Writer *writer = userdata;
        Line *line = writer->line;
        writer->id = gettid();
        if (!write_turn_begin(line->turn, PATIENCE))
                return NULL;
        pthread_mutex_lock(&line->lock);
        line->order[line->n++] = writer->number;
        pthread_mutex_unlock(&line->lock);
        write_turn_end(line->turn);
        return line;
}

/* Returns whether a thread sleeps, which it does only in the line: nobody else takes a lock meanwhile. */
static bool is_waiting(const Writer *writer)
{
        char path[64], state = '?';
        snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)writer->id);
        FILE *stat = writer->id ? fopen(path, "r") : NULL;
        if (!stat)
                return false;
        assert_int_equal(fscanf(stat, "%*d (%*[^)]) %c", &state), 1);
        fclose(stat);
        return state == 'S';
}

static void test_write_turn__writers_come_in_their_order(void **state)
{
        (void)state;
        Line line = { .turn = write_turn_find(&file), .lock = PTHREAD_MUTEX_INITIALIZER };
        Writer writers[WRITERS];
        assert_non_null(line.turn);
        assert_true(write_turn_begin(line.turn, 0));
        for (int i = 0; i < WRITERS; i++) {
                writers[i] = (Writer){ .line = &line, .number = i };
                assert_int_equal(pthread_create(&writers[i].thread, NULL, write_once, &writers[i]), 0);
                while (!is_waiting(&writers[i]))
                        sched_yield();
        }
        write_turn_end(line.turn);
        for (int i = 0; i < WRITERS; i++) {
                void *result;
                pthread_join(writers[i].thread, &result);
                assert_ptr_equal(result, &line);
        }
        for (int i = 0; i < WRITERS; i++)
                assert_int_equal(line.order[i], i);
        write_turn_release(line.turn);
}

static void test_write_turn__patience_ends(void **state)
{
        (void)state;
        WriteTurn *turn = write_turn_find(&file), *same = write_turn_find(&file);
        const struct stat elsewhere = { .st_dev = 7, .st_ino = 12 };
        WriteTurn *other = write_turn_find(&elsewhere);
        assert_ptr_equal(turn, same);
        assert_ptr_not_equal(turn, other);
        assert_true(write_turn_begin(turn, SHORT));
        usec_t begun = clock_monotonic();
        assert_false(write_turn_begin(same, SHORT));
        assert_true(clock_monotonic() - begun >= SHORT);
        assert_true(write_turn_begin(other, SHORT));
        /* The writer that gave up does not get the turn. */
        write_turn_end(turn);
        assert_true(write_turn_begin(same, SHORT));
        write_turn_end(same);
        write_turn_end(other);
        write_turn_release(turn);
        write_turn_release(same);
        write_turn_release(other);
}

typedef struct Second {
        char url[SCRATCH_URL_SIZE];
        int result;
        long n_waits; /* how often the thread gave up the processor while it waited for the lock */
} Second;

static void *write_second(void *userdata)
{
        Second *second = userdata;
        Db *db = NULL;
        struct rusage before, after;
        second->result = db_open(second->url, false, false, &db, NULL);
        if (second->result != 0)
                return NULL;
        getrusage(RUSAGE_THREAD, &before);
        second->result = db_begin_write(db);
        getrusage(RUSAGE_THREAD, &after);
        second->n_waits = after.ru_nvcsw - before.ru_nvcsw;
        if (second->result == 0)
                second->result = db_commit(db);
        db_close(db);
        return NULL;
}

/* A writer that tries again and again every 250 us would give up the processor some 400 times in 100 ms. */
static void test_db_begin_write__waits_without_trying(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE];
        Second second = { .result = -1 };
        Db *db = NULL;
        pthread_t thread;
        const struct timespec pause = { .tv_nsec = 100 * 1000000L };
        scratch_open(directory, second.url);
        assert_int_equal(db_open(second.url, true, false, &db, NULL), 0);
        assert_int_equal(db_begin_write(db), 0);
        assert_int_equal(pthread_create(&thread, NULL, write_second, &second), 0);
        nanosleep(&pause, NULL);
        assert_int_equal(db_commit(db), 0);
        pthread_join(thread, NULL);
        assert_int_equal(second.result, 0);
        assert_in_range(second.n_waits, 0, 50);
        db_close(db);
        scratch_close(directory, NULL, NULL, NULL);
}

/* A transaction that was rolled back, or whose connection was closed, holds nobody up. */
static void test_db_rollback__ends_the_turn(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        Db *one = NULL, *other = NULL;
        scratch_open(directory, url);
        assert_int_equal(db_open(url, true, false, &one, NULL), 0);
        assert_int_equal(db_open(url, false, false, &other, NULL), 0);
        db_set_patience(other, SHORT);
        assert_int_equal(db_begin_write(one), 0);
        assert_int_equal(db_begin_write(other), DB_E_BUSY);
        db_rollback(one);
        assert_int_equal(db_begin_write(other), 0);
        db_rollback(other);
        assert_int_equal(db_begin_write(one), 0);
        db_close(one);
        assert_int_equal(db_begin_write(other), 0);
        assert_int_equal(db_commit(other), 0);
        db_close(other);
        scratch_close(directory, NULL, NULL, NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_write_turn__writers_come_in_their_order),
                cmocka_unit_test(test_write_turn__patience_ends),
                cmocka_unit_test(test_db_begin_write__waits_without_trying),
                cmocka_unit_test(test_db_rollback__ends_the_turn),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
