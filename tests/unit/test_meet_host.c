/*
 * Tests the list of hosts with fake offers and cards, which count how often they are read: a public page
 * must not read all offers again for each host.
 */

#include "web/meet-host.h"

#include "meet/host.h"
#include "meet/offers.h"
#include "web/signup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct World {
        const Offer *offers;
        size_t n_offers;
        int n_walks, n_cards, n_events;
} world;

int offers_each_of_host(Store *store, const char *host, const Zone *fallback,
                int (*on_offer)(const ObjectRecord *record, const Offer *offer, void *userdata),
                void *userdata)
{
        int r = 0;
        (void)store, (void)fallback;
        world.n_walks++;
        for (size_t i = 0; r == 0 && i < world.n_offers; i++)
                if (!host || strcmp(world.offers[i].host, host) == 0)
                        r = on_offer(NULL, &world.offers[i], userdata);
        return r;
}

/* The name of a host is "Name of " and its UID; "gone" has no card. */
int host_load(Store *store, const char *uid, Host *ret)
{
        char text[256];
        (void)store;
        world.n_cards++;
        *ret = (Host){ NULL };
        if (strcmp(uid, "gone") == 0)
                return STORE_E_NOT_FOUND;
        int len = snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:Name of %s\r\nEND:VCARD\r\n", uid, uid);
        return card_parse(text, (size_t)len, &ret->card, NULL);
}

void host_done(Host *host)
{
        card_free(host->card);
}

int signup_event_get(Store *store, const Config *config, const char *uid, SignupEvent *ret)
{
        (void)store, (void)config;
        world.n_events++;
        *ret = (SignupEvent){ .name = strdup(uid) };
        return 0;
}

void signup_event_done(SignupEvent *event)
{
        free(event->name);
}

static void print_hosts(const Config *config, const char *event, Buffer *out)
{
        CLEANUP(meet_hosts_done) MeetHosts hosts = { .n = 0 };
        assert_int_equal(meet_hosts_load(NULL, config, event, &hosts), 0);
        for (size_t i = 0; i < hosts.n; i++) {
                const MeetHost *host = hosts.hosts[i];
                buffer_printf(out, "%s:", host->name);
                for (size_t k = 0; k < host->n_offers; k++)
                        buffer_printf(out, " %s=%s", host->offers[k].uid, host->offers[k].title);
                buffer_puts(out, "\n");
        }
}

static void test_meet_hosts_load__listed_offers_in_order_of_name(void **state)
{
        (void)state;
        static const Offer offers[] = {
                { .uid = "1", .host = "b", .of_event = "fair", .summary = "", .listed = true },
                { .uid = "2", .host = "a", .summary = "Talk", .listed = true },
                { .uid = "3", .host = "gone", .of_event = "fair", .summary = "", .listed = true },
                { .uid = "4", .host = "c", .of_event = "fair", .summary = "", .listed = false },
                { .uid = "5", .host = "b", .summary = "", .listed = true },
                { .uid = "6", .host = "d", .of_event = "fair", .summary = "Desk", .listed = true },
        };
        static const struct {
                int line;
                const char *event, *expected;
        } rows[] = {
                { __LINE__, NULL, "Name of a: 2=Talk\nName of b: 1=fair 5=\nName of d: 6=Desk\n" },
                { __LINE__, "fair", "Name of b: 1=fair\nName of d: 6=Desk\n" },
                { __LINE__, "other", "" },
        };
        const Config config = { .language = NULL };
        world = (struct World){ .offers = offers, .n_offers = sizeof(offers) / sizeof(offers[0]) };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                print_hosts(&config, rows[i].event, &out);
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&out));
        }
}

static void test_meet_hosts_load__order_of_a_language(void **state)
{
        (void)state;
        static const char *const names[] = { "ж", "ё", "Е", "я", "Б", "а", "Z", "y" };
        Offer offers[sizeof(names) / sizeof(names[0])];
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        const Config config = { .language = "ru" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                offers[i] = (Offer){ .uid = "1", .host = names[i], .summary = "", .listed = true };
        world = (struct World){ .offers = offers, .n_offers = sizeof(names) / sizeof(names[0]) };
        print_hosts(&config, NULL, &out);
        assert_string_equal(buffer_text(&out),
                        "Name of а: 1=\nName of Б: 1=\nName of Е: 1=\nName of ё: 1=\n"
                        "Name of ж: 1=\nName of я: 1=\nName of y: 1=\nName of Z: 1=\n");
}

static void test_meet_hosts_load__reads_each_offer_once(void **state)
{
        (void)state;
        enum { HOSTS = 300 };
        static Offer offers[2 * HOSTS];
        static char uids[HOSTS][8];
        const Config config = { .language = NULL };
        CLEANUP(meet_hosts_done) MeetHosts hosts = { .n = 0 };
        for (size_t i = 0; i < HOSTS; i++) {
                snprintf(uids[i], sizeof(uids[i]), "%03zu", i);
                offers[i] = offers[HOSTS + i] = (Offer){
                        .uid = "o", .host = uids[i], .of_event = "fair", .summary = "", .listed = true
                };
        }
        world = (struct World){ .offers = offers, .n_offers = 2 * HOSTS };
        assert_int_equal(meet_hosts_load(NULL, &config, "fair", &hosts), 0);
        assert_int_equal(hosts.n, HOSTS);
        for (size_t i = 0; i < HOSTS; i++)
                assert_int_equal(hosts.hosts[i]->n_offers, 2);
        assert_int_equal(world.n_walks, 1);
        assert_int_equal(world.n_cards, HOSTS);
        assert_int_equal(world.n_events, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_meet_hosts_load__listed_offers_in_order_of_name),
                cmocka_unit_test(test_meet_hosts_load__order_of_a_language),
                cmocka_unit_test(test_meet_hosts_load__reads_each_offer_once),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
