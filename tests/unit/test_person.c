/* Tests the order, the search and the doubles of contacts (store/person.h). */

#include "store/object.h"
#include "store/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "people.h"

static int collect(const Person *person, void *userdata)
{
        char *found = userdata;
        strcat(strcat(found, found[0] ? " " : ""), person->uid);
        return 0;
}

static void assert_found(People *f, const PersonSearch *search, const char *expected)
{
        char found[256] = "";
        int64_t n = -1;
        assert_int_equal(person_each(f->store, search, collect, found), 0);
        assert_string_equal(found, expected);
        assert_int_equal(person_count(f->store, search, &n), 0);
        if (!search->after)
                assert_int_equal(n, (strlen(expected) + 1) / 2);
}

static void fill(People *f)
{
        people_add(f, "a", "N:Ёлкин;Иван;Петрович;;\r\nORG:Завод\\; «Прогресс»;Цех\r\n", "Иван Ёлкин",
                        "ivan@example.org");
        people_add(f, "b", "N:Zimmer;Eva;;;\r\n", "Eva Zimmer", "eva@example.org");
        people_add(f, "c", "", "Абакумов Олег", "oleg@example.org");
        people_add(f, "d", "N:Жуков;Иван;;;\r\nORG:100%_план\r\n", "Иван Жуков", "zh@example.org");
}

static void test_person_each__is_in_the_order_of_family_names(void **state)
{
        People *f = *state;
        fill(f);
        assert_found(f, &(PersonSearch){ .limit = 10 }, "b c a d");
        assert_found(f, &(PersonSearch){ .limit = 10, .after = people_id(f, "a") }, "d");
}

static void test_person_each__leaves_out_places_bodies_and_other_collections(void **state)
{
        People *f = *state;
        fill(f);
        people_add(f, "p", "KIND:Location\r\n", "Актовый зал", "hall@example.org");
        people_add(f, "o", "KIND:org\r\n", "Ассоциация", "body@example.org");
        assert_found(f, &(PersonSearch){ .only_people = true, .limit = 10 }, "b c a d");
        assert_found(f, &(PersonSearch){ .collections = ",events,contacts,", .words = "зал", .limit = 10 },
                        "p");
        assert_found(f, &(PersonSearch){ .collections = ",events,contact,", .limit = 10 }, "");
}

static void test_person_each__finds_words_of_name_address_and_organisation(void **state)
{
        static const struct {
                int line;
                const char *words, *expected;
        } cases[] = {
                { __LINE__, "ИВАН", "a d" },
                { __LINE__, "елк", "a" },
                { __LINE__, "прогресс иван", "a" },
                { __LINE__, "oleg@", "c" },
                { __LINE__, "%", "d" },
                { __LINE__, "_", "d" },
                { __LINE__, "\\", "" },
                { __LINE__, "цех", "" },
                { __LINE__, "иван zimmer", "" },
        };
        People *f = *state;
        fill(f);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char found[256] = "";
                assert_int_equal(
                                person_each(f->store, &(PersonSearch){ .words = cases[i].words, .limit = 9 },
                                                collect, found),
                                0);
                if (strcmp(found, cases[i].expected) != 0)
                        fail_msg("line %d: %s", cases[i].line, found);
        }
}

static void test_person_put__follows_the_card(void **state)
{
        People *f = *state;
        fill(f);
        people_add(f, "b", "N:Adler;Eva;;;\r\n", "Eva Adler", "eva@example.org");
        assert_found(f, &(PersonSearch){ .limit = 10 }, "b c a d");
        assert_found(f, &(PersonSearch){ .words = "zimmer", .limit = 10 }, "");
        assert_int_equal(object_delete_found(f->store, "b", PEOPLE_NOW), 0);
        assert_found(f, &(PersonSearch){ .words = "adler", .limit = 10 }, "");
}

static void test_person_same__compares_name_and_organisation(void **state)
{
        People *f = *state;
        char found[256] = "";
        CLEANUP(card_freep)
        Card *same = people_card(
                        "n", "N:ЕЛКИН;Иван;Петрович;;\r\nORG:завод\\; «прогресс»\r\n", "x", "n@example.org");
        CLEANUP(card_freep)
        Card *other = people_card("n", "N:Ёлкин;Иван;Петрович;;\r\nORG:Завод\r\n", "x", "n@example.org");
        CLEANUP(card_freep)
        Card *none = people_card("n", "N:Ёлкин;Иван;Петрович;;\r\n", "x", "n@example.org");
        fill(f);
        assert_int_equal(person_same(f->store, same, NULL, collect, found), 0);
        assert_string_equal(found, "a");
        found[0] = '\0';
        assert_int_equal(person_same(f->store, other, NULL, collect, found), 0);
        assert_int_equal(person_same(f->store, none, NULL, collect, found), 0);
        assert_int_equal(person_same(f->store, same, ",other,", collect, found), 0);
        assert_string_equal(found, "");
        assert_int_equal(person_same(f->store, same, ",other,contacts,", collect, found), 0);
        assert_string_equal(found, "a");
}

static void test_person_fill__makes_the_rows_again(void **state)
{
        People *f = *state;
        fill(f);
        assert_int_equal(person_fill(f->store), 0);
        assert_found(f, &(PersonSearch){ .limit = 10 }, "b c a d");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, people_set_up, people_tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(test_person_each__is_in_the_order_of_family_names),
                TEST(test_person_each__leaves_out_places_bodies_and_other_collections),
                TEST(test_person_each__finds_words_of_name_address_and_organisation),
                TEST(test_person_put__follows_the_card),
                TEST(test_person_same__compares_name_and_organisation),
                TEST(test_person_fill__makes_the_rows_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
