/* Tests the tree of components and lines of a calendar object. */

#include "calendar/object-tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                           "begin:vevent\r\nUID:a\r\nSUM\r\n MARY:one\r\nATTENDEE:mailto:a@example.org\r\n"
                           "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"
                           "ATTENDEE:mailto:b@example.org\r\nEND:VEVENT\r\n"
                           "BEGIN:X-OTHER\r\nEND:X-OTHER\r\nEND:VCALENDAR\r\n";

static void test_object_tree__has_components_and_lines(void **state)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        (void)state;
        assert_int_equal(object_tree_new(text, sizeof(text) - 1, &tree), 0);
        const ObjectNode *root = object_tree_root(tree);
        assert_string_equal(root->name, "VCALENDAR");
        assert_null(root->parent);
        assert_int_equal(root->raw_len, sizeof(text) - 1);
        assert_int_equal(root->n_lines, 1);
        const ObjectNode *event = root->children;
        assert_string_equal(event->name, "VEVENT");
        assert_ptr_equal(event->parent, root);
        assert_int_equal(event->n_lines, 4);
        assert_int_equal(event->number, 1);
        assert_string_equal(event->children->name, "VALARM");
        assert_ptr_equal(event->children->parent, event);
        assert_null(event->children->next);
        assert_int_equal(event->children->number, 2);
        assert_string_equal(event->next->name, "X-OTHER");
        assert_int_equal(event->next->number, 3);
        assert_null(event->next->next);
        assert_memory_equal(event->raw, "begin:vevent\r\n", strlen("begin:vevent\r\n"));
        assert_memory_equal(event->raw + event->raw_len - strlen("END:VEVENT\r\n"), "END:VEVENT\r\n",
                        strlen("END:VEVENT\r\n"));
}

static void test_object_node_line__finds_lines_in_their_order(void **state)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        (void)state;
        assert_int_equal(object_tree_new(text, sizeof(text) - 1, &tree), 0);
        const ObjectNode *event = object_tree_root(tree)->children;
        const ContentLine *line = object_node_line(event, "ATTENDEE", NULL);
        assert_string_equal(line->value, "mailto:a@example.org");
        line = object_node_line(event, "ATTENDEE", line);
        assert_string_equal(line->value, "mailto:b@example.org");
        assert_null(object_node_line(event, "ATTENDEE", line));
        /* A fold may cut a name (RFC 5545, 3.1). An outer component has no lines of inner ones. */
        assert_string_equal(object_node_line(event, "SUMMARY", NULL)->value, "one");
        assert_null(object_node_line(event, "ACTION", NULL));
        assert_null(object_node_line(object_tree_root(tree), "UID", NULL));
}

static void test_object_tree__refuses_other_texts(void **state)
{
        static const struct {
                int line;
                const char *text;
        } cases[] = {
                { __LINE__, "" },
                { __LINE__, "VERSION:2.0\r\n" },
                { __LINE__, "BEGIN:VCARD\r\nEND:VCARD\r\n" },
                { __LINE__, "BEGIN:VCALENDAR\r\n" },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n" },
                { __LINE__, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" },
                { __LINE__, "BEGIN:VCALENDAR\r\nno line\r\nEND:VCALENDAR\r\n" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                ObjectTree *tree = (ObjectTree *)text;
                if (object_tree_new(cases[i].text, strlen(cases[i].text), &tree) != OBJECT_TREE_E_INVALID ||
                                tree)
                        fail_msg("line %d", cases[i].line);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_object_tree__has_components_and_lines),
                cmocka_unit_test(test_object_node_line__finds_lines_in_their_order),
                cmocka_unit_test(test_object_tree__refuses_other_texts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
