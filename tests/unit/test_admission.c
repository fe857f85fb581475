/* Who may hold a connection and for how long, with socket pairs for connections and a clock of the test's own. */

#include "http/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEATS = 40, SECOND = 1000000 };

#define NOW INT64_C(1000000000)

typedef struct Connection {
        AdmissionSeat seat;
        int ends[2];
} Connection;

typedef struct Fixture {
        Admission *admission;
        Connection connections[SEATS];
        int n;
} Fixture;

static struct sockaddr_storage peer_of(const char *text)
{
        struct sockaddr_storage peer = { 0 };
        Address address;
        if (strcmp(text, "unix") == 0) {
                peer.ss_family = AF_UNIX;
                return peer;
        }
        assert_int_equal(address_parse(text, &address), 0);
        peer.ss_family = (sa_family_t)address.family;
        if (address.family == AF_INET)
                memcpy(&((struct sockaddr_in *)(void *)&peer)->sin_addr, address.bytes, 4);
        else
                memcpy(&((struct sockaddr_in6 *)(void *)&peer)->sin6_addr, address.bytes, 16);
        return peer;
}

static bool admits(Fixture *f, const char *address)
{
        struct sockaddr_storage peer = peer_of(address);
        return admission_admits(f->admission, (const struct sockaddr *)(const void *)&peer);
}

static Connection *enter(Fixture *f, const char *address, usec_t now)
{
        struct sockaddr_storage peer = peer_of(address);
        Connection *connection = &f->connections[f->n++];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, connection->ends), 0);
        admission_enter(f->admission, &connection->seat, connection->ends[0],
                        (const struct sockaddr *)(const void *)&peer, now);
        return connection;
}

static void leave(Fixture *f, Connection *connection)
{
        admission_leave(f->admission, &connection->seat);
        close(connection->ends[0]);
        close(connection->ends[1]);
        connection->ends[0] = -1;
}

/* Whether the other end has heard that it is over. */
static bool was_cut(const Connection *connection)
{
        char byte;
        return recv(connection->ends[1], &byte, 1, MSG_DONTWAIT) == 0;
}

static void start(Fixture *f, int connections, int per_address)
{
        static const Network exempt[] = { { { AF_INET, { 10, 0, 0, 0 } }, 8 }, { { 0, { 0 } }, 0 } };
        const AdmissionOptions options = {
                .connections = connections,
                .per_address = per_address,
                .idle_timeout = 75 * (usec_t)SECOND,
                .request_timeout = 30 * (usec_t)SECOND,
                .exempt = exempt,
        };
        assert_int_equal(admission_new(&options, &f->admission), 0);
}

static int set_up(void **state)
{
        *state = calloc(1, sizeof(Fixture));
        return *state ? 0 : -1;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        for (int i = 0; i < f->n; i++)
                if (f->connections[i].ends[0] >= 0)
                        leave(f, &f->connections[i]);
        admission_free(f->admission);
        free(f);
        return 0;
}

static void test_admission_admits__each_address_has_its_share(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *held, *asks;
                bool admitted;
        } cases[] = {
                { __LINE__, "192.0.2.1", "192.0.2.1", false },
                { __LINE__, "192.0.2.1", "192.0.2.2", true },
                { __LINE__, "192.0.2.1", "::ffff:192.0.2.1", false },
                { __LINE__, "2001:db8::1", "2001:db8::ffff", false },
                { __LINE__, "2001:db8::1", "2001:db8:0:1::1", true },
                { __LINE__, "10.1.2.3", "10.1.2.3", true },
                { __LINE__, "unix", "unix", true },
        };
        start(f, 1000, 2);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Connection *first = enter(f, cases[i].held, NOW), *second = enter(f, cases[i].held, NOW);
                if (admits(f, cases[i].asks) != cases[i].admitted)
                        fail_msg("line %d", cases[i].line);
                leave(f, first);
                assert_true(admits(f, cases[i].asks));
                leave(f, second);
        }
        assert_int_equal(admission_counts(f->admission).refused_share, 3);
        assert_int_equal(admission_counts(f->admission).open, 0);
}

static void test_admission_admits__no_more_than_there_may_be(void **state)
{
        Fixture *f = *state;
        start(f, 3, 0);
        for (int i = 0; i < 3; i++) {
                assert_true(admits(f, "192.0.2.1"));
                admission_show(f->admission, &enter(f, "192.0.2.1", NOW)->seat, ADMISSION_REPLYING, NOW);
        }
        assert_false(admits(f, "192.0.2.2"));
        assert_false(admits(f, "unix"));
        assert_int_equal(admission_counts(f->admission).refused_full, 2);
        leave(f, &f->connections[1]);
        assert_true(admits(f, "192.0.2.2"));
}

static void test_admission_look__cuts_what_is_overdue(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                int state; /* -1: nothing was heard of it yet */
                int after; /* seconds */
                bool cut;
        } cases[] = {
                { __LINE__, -1, 29, false },
                { __LINE__, -1, 30, true },
                { __LINE__, ADMISSION_READING, 29, false },
                { __LINE__, ADMISSION_READING, 30, true },
                { __LINE__, ADMISSION_WAITING, 74, false },
                { __LINE__, ADMISSION_WAITING, 75, true },
                { __LINE__, ADMISSION_REPLYING, 3599, false },
                { __LINE__, ADMISSION_REPLYING, 3600, true },
        };
        start(f, 1000, 0);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Connection *connection = enter(f, "192.0.2.1", NOW);
                if (cases[i].state >= 0)
                        admission_show(f->admission, &connection->seat, (AdmissionState)cases[i].state, NOW);
                admission_look(f->admission, NOW + cases[i].after * (usec_t)SECOND);
                admission_look(f->admission, NOW + cases[i].after * (usec_t)SECOND);
                if (was_cut(connection) != cases[i].cut)
                        fail_msg("line %d", cases[i].line);
                leave(f, connection);
        }
        assert_int_equal(admission_counts(f->admission).cut_slow, 4);
}

static void test_admission_look__those_who_waited_longest_give_way(void **state)
{
        Fixture *f = *state;
        start(f, 16, 0);
        for (int i = 0; i < 15; i++) {
                enter(f, "192.0.2.1", NOW);
                admission_show(f->admission, &f->connections[i].seat,
                                i % 3 == 0 ? ADMISSION_REPLYING : ADMISSION_WAITING,
                                NOW + (15 - i) * SECOND);
        }
        admission_look(f->admission, NOW + 20 * SECOND);
        admission_look(f->admission, NOW + 20 * SECOND); /* before any of them has left */
        /* Down to twelve; 12, 9 and so on are being answered, and the higher the number the longer it has waited. */
        for (int i = 0; i < 15; i++)
                assert_int_equal(was_cut(&f->connections[i]), i == 14 || i == 13 || i == 11);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 3);
}

static void test_admission_look__who_never_asked_goes_before_who_did(void **state)
{
        Fixture *f = *state;
        start(f, 16, 0);
        for (int i = 0; i < 15; i++)
                enter(f, "192.0.2.1", NOW + i * SECOND);
        for (int i = 0; i < 5; i++)
                admission_show(f->admission, &f->connections[i].seat, ADMISSION_WAITING, NOW + i * SECOND);
        admission_look(f->admission, NOW + 20 * SECOND);
        for (int i = 0; i < 15; i++)
                assert_int_equal(was_cut(&f->connections[i]), i >= 5 && i < 8);
}

static void test_admission_look__leaves_those_alone_who_are_answered(void **state)
{
        Fixture *f = *state;
        start(f, 8, 0);
        for (int i = 0; i < 8; i++)
                admission_show(f->admission, &enter(f, "192.0.2.1", NOW)->seat, ADMISSION_REPLYING, NOW);
        admission_look(f->admission, NOW);
        for (int i = 0; i < 8; i++)
                assert_false(was_cut(&f->connections[i]));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_admission_admits__each_address_has_its_share, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_admits__no_more_than_there_may_be, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__cuts_what_is_overdue, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__those_who_waited_longest_give_way, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__who_never_asked_goes_before_who_did, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__leaves_those_alone_who_are_answered, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
