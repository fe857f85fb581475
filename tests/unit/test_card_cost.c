/*
 * The time and the memory of reading and converting a card grow with its length only. Each shape is one that
 * took the square of it, or would with a loop inside another.
 */

#include "base/cleanup.h"
#include "contact/card.h"
#include "contact/convert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#define BEGIN_3 "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\nN:V;A;;;\r\nFN:A V\r\n"
#define BEGIN_4 "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u-1\r\nN:V;A;;;\r\nFN:A V\r\n"

enum {
        SMALL_BYTES = 215 * 1024, /* the fourfold fits into one line of a card */
        ROOM_BYTES = 8 * 1024 * 1024,
        LINES_MAX = 19000, /* of 20,000 in a card */
        PAIRS = 8,
        ROUNDS = 3,
        TRIES = 4,          /* a disturbed machine may lengthen one of the two times */
        RATIO_MAX = 9,      /* for the fourfold length: 4 if the time grows with it, 16 if with its square */
        FLOOR_USEC = 60000, /* below it the ratio of two times is that of their errors */
        GROWTH_MAX_KB = 64 * 1024,
};

static void add_words(Buffer *text, size_t bytes, int step)
{
        size_t end = text->len + bytes;
        for (int i = step > 0 ? 0 : 999999; text->len + 8 < end; i += step)
                buffer_printf(text, ",w%06d", i);
}

/* A list of types in one parameter. */
static void add_type_words(Buffer *text, size_t bytes)
{
        buffer_puts(text, "EMAIL;TYPE=pref");
        add_words(text, bytes, 1);
        buffer_puts(text, ":a@example.org\r\n");
}

static void add_related_words(Buffer *text, size_t bytes)
{
        buffer_puts(text, "RELATED;TYPE=agent");
        add_words(text, bytes, 1);
        buffer_puts(text, ":urn:uuid:1\r\n");
}

/* Types in each of the parameters that a line may have. */
static void add_type_params(Buffer *text, size_t bytes)
{
        buffer_puts(text, "RELATED");
        for (int i = 0; i < 31; i++) {
                buffer_puts(text, ";TYPE=agent");
                add_words(text, bytes / 31 - 11, 1);
        }
        buffer_puts(text, ":urn:uuid:1\r\n");
}

/* Lines with as many parameters as a line may have. */
static void add_params(Buffer *text, size_t bytes)
{
        for (size_t end = text->len + bytes; text->len + 300 < end;) {
                buffer_puts(text, "PHOTO");
                for (int i = 0; i < 16; i++)
                        buffer_puts(text, ";TYPE=a;PREF=1");
                buffer_puts(text, ":data:image/png;base64,AAAA\r\n");
        }
}

/* Addresses and labels with the same types in another order, so that each is compared with each. */
static void add_pairs(Buffer *text, size_t bytes, const char *label)
{
        for (int i = 0; i < 2 * PAIRS; i++) {
                buffer_printf(text, "%s;TYPE=t%d", i < PAIRS ? "ADR" : label, i % PAIRS);
                add_words(text, bytes / (2 * PAIRS) - 32, 1);
                buffer_printf(text, ",home%s\r\n", i < PAIRS ? ":;;A street;;;;" : ":A street");
        }
}

static void add_labels_3(Buffer *text, size_t bytes)
{
        add_pairs(text, bytes, "LABEL");
}

static void add_labels_4(Buffer *text, size_t bytes)
{
        add_pairs(text, bytes, "X-LABEL");
}

/* Lines whose list of types is the same but for its order. */
static void add_reverse_labels(Buffer *text, size_t bytes)
{
        buffer_puts(text, "ADR;TYPE=home");
        add_words(text, bytes / 2 - 32, 1);
        buffer_puts(text, ":;;A street;;;;\r\nLABEL;TYPE=home");
        add_words(text, bytes / 2 - 32, -1);
        buffer_puts(text, ":A street\r\n");
}

/* Lines with a number each: LINES_MAX in the larger card. */
static void add_lines(Buffer *text, size_t bytes, const char *head, const char *rest)
{
        int n = (int)(LINES_MAX / 4 * bytes / SMALL_BYTES);
        for (int i = 0; i < n; i++) {
                buffer_printf(text, "%s%d%s\r\n", head, i, rest);
        }
}

static void add_groups(Buffer *text, size_t bytes)
{
        int n = (int)(LINES_MAX / 4 * bytes / SMALL_BYTES) / 2;
        for (int i = 0; i < n; i++)
                buffer_printf(text, "item%d.TEL;TYPE=cell:+1\r\nitem%d.X-ABLabel:A\r\n", i, i);
}

static void add_short_lines(Buffer *text, size_t bytes)
{
        add_lines(text, bytes, "X", ":");
}

static void add_ranked_names(Buffer *text, size_t bytes)
{
        add_lines(text, bytes, "X-", ";PREF=1:a");
}

/* An address with a long list of types, and others with which its preference is compared. */
static void add_addresses(Buffer *text, size_t bytes)
{
        buffer_puts(text, "EMAIL;TYPE=home");
        add_words(text, bytes / 2, 1);
        buffer_puts(text, ":a@example.org\r\n");
        add_lines(text, bytes, "EMAIL:a", "@example.org");
}

typedef struct Shape {
        int line;
        bool is_4;
        void (*add)(Buffer *text, size_t bytes);
} Shape;

static const Shape shapes[] = {
        { __LINE__, false, add_type_words },
        { __LINE__, true, add_type_words },
        { __LINE__, true, add_related_words },
        { __LINE__, true, add_type_params },
        { __LINE__, false, add_type_params },
        { __LINE__, true, add_params },
        { __LINE__, false, add_params },
        { __LINE__, false, add_labels_3 },
        { __LINE__, true, add_labels_4 },
        { __LINE__, false, add_reverse_labels },
        { __LINE__, false, add_groups },
        { __LINE__, true, add_groups },
        { __LINE__, false, add_short_lines },
        { __LINE__, true, add_short_lines },
        { __LINE__, true, add_ranked_names },
        { __LINE__, false, add_addresses },
        { __LINE__, true, add_addresses },
};

static int64_t used_usec(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_utime.tv_sec * INT64_C(1000000) + usage.ru_utime.tv_usec;
}

static void read_and_convert(const Shape *shape, const Buffer *text)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ROOM_BYTES);
        InputError error;
        int r = card_parse(text->data, text->len, &card, &error);
        if (r != 0)
                fail_msg("the card of line %d is refused: %s", shape->line, error.message);
        r = card_convert(text->data, text->len, shape->is_4 ? CARD_VERSION_3 : CARD_VERSION_4, &out);
        if (r != 0)
                fail_msg("line %d: %d", shape->line, r);
}

/* Returns the least time of several rounds. */
static int64_t time_of(const Shape *shape, size_t bytes)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        int64_t least = INT64_MAX;
        buffer_puts(&text, shape->is_4 ? BEGIN_4 : BEGIN_3);
        shape->add(&text, bytes);
        buffer_puts(&text, "END:VCARD\r\n");
        for (int i = 0; i < ROUNDS; i++) {
                int64_t before = used_usec();
                read_and_convert(shape, &text);
                int64_t used = used_usec() - before;
                least = used < least ? used : least;
        }
        return least;
}

/* Whether the time grows with the length, as far as it can be measured. */
static bool is_linear(size_t i)
{
        int64_t large = time_of(&shapes[i], (size_t)4 * SMALL_BYTES);
        print_message("line %d: %d ms\n", shapes[i].line, (int)(large / 1000));
        return large <= FLOOR_USEC || large <= RATIO_MAX * time_of(&shapes[i], SMALL_BYTES);
}

static void test_card_cost__is_linear_in_time(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
                int tries = 1;
                while (!is_linear(i))
                        if (++tries > TRIES)
                                fail_msg("line %d: the fourfold length takes more than %d times as long",
                                                shapes[i].line, RATIO_MAX);
        }
}

static long peak_kb(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
}

static void test_card_cost__has_a_maximum_of_memory(void **state)
{
        (void)state;
#ifdef SANITIZED
        skip(); /* it keeps freed memory */
#endif
        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
                long before = peak_kb();
                (void)time_of(&shapes[i], (size_t)4 * SMALL_BYTES);
                long growth = peak_kb() - before;
                print_message("line %d: %ld KiB more\n", shapes[i].line, growth);
                if (growth > GROWTH_MAX_KB)
                        fail_msg("line %d needs %ld KiB", shapes[i].line, growth);
        }
}

/* Lines of 7 octets that have 35 in the other version, because they keep what they were. */
static void test_card_cost__has_a_maximum_of_octets(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ROOM_BYTES);
        buffer_puts(&text, "BEGIN:VCARD\nVERSION:4.0\nUID:u-1\nFN:A\n");
        for (int i = 0; i < LINES_MAX; i++)
                buffer_puts(&text, "TZ:-05\n");
        buffer_puts(&text, "END:VCARD\n");
        assert_int_equal(card_convert(text.data, text.len, CARD_VERSION_3, &out), CARD_E_LARGE);
        assert_int_equal(out.len, 0);
}

/* A card of 100,000 lines has more than a card may have. */
static void test_card_cost__refuses_too_many_lines(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ROOM_BYTES);
        buffer_puts(&text, BEGIN_4);
        for (int i = 0; i < 100000; i++)
                buffer_puts(&text, "X-A:b\r\n");
        buffer_puts(&text, "END:VCARD\r\n");
        assert_int_equal(card_convert(text.data, text.len, CARD_VERSION_3, &out), CARD_E_INVALID);
        assert_int_equal(out.len, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_cost__has_a_maximum_of_memory),
                cmocka_unit_test(test_card_cost__is_linear_in_time),
                cmocka_unit_test(test_card_cost__has_a_maximum_of_octets),
                cmocka_unit_test(test_card_cost__refuses_too_many_lines),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
