/* Tests the limits on connections, with socket pairs as connections and a simulated clock. */

#include "http/admission.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
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

/* Returns whether the connection's other end reads end of file. */
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
                { __LINE__, "2001:db8::1", "2001:db8:0:ff::1", false },
                { __LINE__, "2001:db8::1", "2001:db8:0:100::1", true },
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
        assert_int_equal(admission_counts(f->admission).refused_share, 4);
        assert_int_equal(admission_counts(f->admission).open, 0);
}

static void test_admission_admits__keeps_the_maximum(void **state)
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

static void test_admission_look__cuts_overdue_connections(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                int state; /* -1: not reported yet */
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

static void test_admission_look__cuts_the_longest_idle_first(void **state)
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
        admission_look(f->admission, NOW + 20 * SECOND); /* before any of them has closed */
        /*
         * Closes connections until twelve are left. Numbers 12, 9 and so on have a request in progress; a
         * higher number has waited longer.
         */
        for (int i = 0; i < 15; i++)
                assert_int_equal(was_cut(&f->connections[i]), i == 14 || i == 13 || i == 11);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 3);
}

static void test_admission_look__cuts_connections_without_a_request_first(void **state)
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

static void test_admission_look__keeps_connections_that_get_a_reply(void **state)
{
        Fixture *f = *state;
        start(f, 8, 0);
        for (int i = 0; i < 8; i++)
                admission_show(f->admission, &enter(f, "192.0.2.1", NOW)->seat, ADMISSION_REPLYING, NOW);
        admission_look(f->admission, NOW);
        for (int i = 0; i < 8; i++)
                assert_false(was_cut(&f->connections[i]));
}

static void reply_to(Fixture *f, const char *address, usec_t since)
{
        admission_show(f->admission, &enter(f, address, since)->seat, ADMISSION_REPLYING, since);
}

/* One attacker with four networks reads slowly; two clients have networks of their own. */
static void test_admission_look__the_largest_networks_lose_their_slowest(void **state)
{
        Fixture *f = *state;
        static const char *const attackers[] = { "198.51.100.1", "198.51.100.2", "203.0.113.1",
                "2001:db8:1::1", "2001:db8:1:5::1", "2001:db8:2::1" };
        start(f, 32, 8);
        reply_to(f, "192.0.2.1", NOW);
        reply_to(f, "2001:db8:3::1", NOW);
        for (int i = 0; i < 28; i++)
                reply_to(f, attackers[i % 6], NOW + i * SECOND);
        admission_look(f->admission, NOW + 60 * SECOND);
        /*
         * The attacker's networks had ten, five, nine and four. Each is reduced to six at most by cutting
         * the oldest.
         */
        assert_false(was_cut(&f->connections[0]));
        assert_false(was_cut(&f->connections[1]));
        int n_cut = 0, newest_cut = 0;
        for (int i = 2; i < 30; i++)
                if (was_cut(&f->connections[i])) {
                        n_cut++;
                        newest_cut = i;
                }
        assert_int_equal(n_cut, 7);
        assert_int_equal(newest_cut, 11);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 7);
        /* The attacker's networks are refused until there is room; other networks are admitted. */
        assert_false(admits(f, "198.51.100.77"));
        assert_false(admits(f, "2001:db8:1:8::2"));
        assert_true(admits(f, "192.0.2.1"));
        assert_true(admits(f, "2001:db8:4::1"));
}

static void test_admission_look__the_limit_ends_when_connections_are_free(void **state)
{
        Fixture *f = *state;
        start(f, 16, 16);
        for (int i = 0; i < 15; i++)
                reply_to(f, "198.51.100.1", NOW);
        admission_look(f->admission, NOW + 5 * SECOND);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 3);
        assert_false(admits(f, "198.51.100.1"));
        for (int i = 0; i < 4; i++)
                leave(f, &f->connections[i]);
        admission_look(f->admission, NOW + 6 * SECOND);
        assert_true(admits(f, "198.51.100.1"));
}

static void test_admission_look__a_slow_header_is_cut(void **state)
{
        Fixture *f = *state;
        start(f, 16, 16);
        for (int i = 0; i < 14; i++)
                admission_show(f->admission, &enter(f, "198.51.100.1", NOW)->seat, ADMISSION_READING, NOW);
        admission_show(f->admission, &enter(f, "192.0.2.1", NOW)->seat, ADMISSION_READING, NOW);
        admission_look(f->admission, NOW);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 3);
        assert_false(was_cut(&f->connections[14]));
}

/* Makes a TCP connection over the loopback interface; ends[0] is the server's. */
static void connect_ends(int ends[2])
{
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t len = sizeof(address);
        int listener = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(bind(listener, (struct sockaddr *)(void *)&address, len), 0);
        assert_int_equal(listen(listener, 1), 0);
        assert_int_equal(getsockname(listener, (struct sockaddr *)(void *)&address, &len), 0);
        ends[1] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(ends[1], (struct sockaddr *)(void *)&address, len), 0);
        ends[0] = accept(listener, NULL, NULL);
        assert_true(ends[0] >= 0);
        close(listener);
}

/* The client's kernel acknowledges with a delay. */
static void move_bytes(const int ends[2], size_t n)
{
        static char bytes[65536];
        assert_int_equal(send(ends[0], bytes, n, 0), n);
        assert_int_equal(recv(ends[1], bytes, n, MSG_WAITALL), n);
        struct tcp_info info = { 0 };
        do {
                socklen_t len = sizeof(info);
                assert_int_equal(getsockopt(ends[0], IPPROTO_TCP, TCP_INFO, &info, &len), 0);
        } while (info.tcpi_unacked > 0);
}

static void test_admission_look__a_reply_has_a_minimum_rate(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                size_t each; /* bytes in ten seconds */
                int after;   /* seconds */
                bool cut;
        } cases[] = {
                { __LINE__, 0, 60, false },
                { __LINE__, 0, 70, true },
                { __LINE__, 2000, 70, true },
                { __LINE__, 2500, 600, false },
                { __LINE__, 40000, 600, false },
        };
        start(f, 1000, 0);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Connection *connection = &f->connections[f->n++];
                connect_ends(connection->ends);
                admission_enter(f->admission, &connection->seat, connection->ends[0], NULL, NOW);
                admission_show(f->admission, &connection->seat, ADMISSION_REPLYING, NOW);
                for (int second = 10; second <= cases[i].after; second += 10) {
                        admission_look(f->admission, NOW + second * SECOND);
                        if (cases[i].each > 0 && second < cases[i].after)
                                move_bytes(connection->ends, cases[i].each);
                }
                if (was_cut(connection) != cases[i].cut)
                        fail_msg("line %d", cases[i].line);
                leave(f, connection);
        }
}

/* The attacker's network has more connections than allowed; its fast reader is kept. */
static void test_admission_look__slow_readers_are_cut_before_a_fast_one(void **state)
{
        Fixture *f = *state;
        struct sockaddr_storage peer = peer_of("198.51.100.1");
        start(f, 8, 0);
        for (int i = 0; i < 8; i++) {
                Connection *connection = &f->connections[f->n++];
                connect_ends(connection->ends);
                admission_enter(f->admission, &connection->seat, connection->ends[0],
                                (const struct sockaddr *)(const void *)&peer, NOW);
                admission_show(f->admission, &connection->seat, ADMISSION_WAITING, NOW);
                admission_show(f->admission, &connection->seat, ADMISSION_REPLYING, NOW + i);
                if (i == 5) /* at most seven are checked before */
                        admission_look(f->admission, NOW + 10 * SECOND);
        }
        move_bytes(f->connections[0].ends, 60000);
        admission_look(f->admission, NOW + 20 * SECOND);
        assert_int_equal(admission_counts(f->admission).cut_scarce, 2);
        assert_false(was_cut(&f->connections[0]));
        assert_true(was_cut(&f->connections[1]));
        assert_true(was_cut(&f->connections[2]));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_admission_admits__each_address_has_its_share, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_admission_admits__keeps_the_maximum, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__cuts_overdue_connections, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__cuts_the_longest_idle_first, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__cuts_connections_without_a_request_first, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__keeps_connections_that_get_a_reply, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_admission_look__the_largest_networks_lose_their_slowest,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__the_limit_ends_when_connections_are_free, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__a_slow_header_is_cut, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_admission_look__a_reply_has_a_minimum_rate, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_admission_look__slow_readers_are_cut_before_a_fast_one,
                                set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
