#include "service/status-line.h"

#include "manager.h"

typedef struct Source {
        StatusCounts counts;
        int result, n_reads;
} Source;

static int on_read(StatusCounts *ret, void *userdata)
{
        Source *source = userdata;
        source->n_reads++;
        if (source->result == 0)
                *ret = source->counts;
        return source->result;
}

/* Runs the loop until the counts are read once more. */
static void run_until_read(sd_event *loop, const Source *source)
{
        for (int before = source->n_reads; source->n_reads == before;)
                assert_true(sd_event_run(loop, UINT64_MAX) >= 0);
}

static void test_status_line_format__words_for_what_there_is_not(void **state)
{
        (void)state;
        char line[STATUS_LINE_SIZE];
        status_line_format(&(StatusCounts){ .n_events = 12, .next_reminder = USEC_INFINITY }, line);
        assert_string_equal(line, "12 events; next reminder: none; queue: 0; last delivery: never");
        status_line_format(
                        &(StatusCounts){ 1, 7, 1624460400 * USEC_PER_SEC, 1624460405 * USEC_PER_SEC, false },
                        line);
        assert_string_equal(line,
                        "1 events; next reminder: 2021-06-23T15:00:00Z; queue: 7; last delivery: 2021-06-23T15:00:05Z");
        status_line_format(&(StatusCounts){ .n_events = 12, .next_reminder = USEC_INFINITY, .held = true },
                        line);
        assert_string_equal(line,
                        "mails are held, see convene status; 12 events; next reminder: none; queue: 0; last delivery: never");
}

static void test_status_line__is_sent_when_it_has_changed(void **state)
{
        (void)state;
        Manager manager;
        manager_open(&manager);
        sd_event *loop = NULL;
        Source source = { .counts = { .n_events = 3, .next_reminder = USEC_INFINITY } };
        CLEANUP(status_line_freep) StatusLine *line = NULL;
        assert_true(sd_event_new(&loop) >= 0);
        assert_int_equal(status_line_new(loop, on_read, &source, &line), 0);
        assert_int_equal(source.n_reads, 0);
        status_line_show(line);
        assert_string_equal(manager_read(&manager),
                        "[STATUS=3 events; next reminder: none; queue: 0; last delivery: never]");
        status_line_show(line);
        source.result = -1;
        source.counts.n_events = 4;
        status_line_show(line);
        assert_string_equal(manager_read(&manager), "");
        assert_int_equal(source.n_reads, 3);

        /* A burst of changes is counted once. */
        source.result = 0;
        for (int i = 0; i < 1000; i++)
                status_line_show_soon(line);
        assert_int_equal(source.n_reads, 3);
        run_until_read(loop, &source);
        assert_int_equal(source.n_reads, 4);
        assert_non_null(strstr(manager_read(&manager), "[STATUS=4 events;"));

        status_line_stop(line);
        source.counts.n_events = 5;
        status_line_show(line);
        assert_string_equal(manager_read(&manager), "");
        line = status_line_free(line);
        sd_event_unref(loop);
        manager_close(&manager);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_status_line_format__words_for_what_there_is_not),
                cmocka_unit_test(test_status_line__is_sent_when_it_has_changed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
