/* Tests the tables of spreadsheet programs (sheet/sheet.h). XLSX files are tested in tests/e2e. */

#include "sheet/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Writes the rows with `|` between cells and `/` after rows. */
static void print(const Sheet *sheet, char *ret)
{
        ret[0] = '\0';
        for (size_t row = 0; row < sheet_rows(sheet); row++) {
                for (size_t column = 0; column < sheet_columns(sheet); column++)
                        strcat(strcat(ret, column ? "|" : ""), sheet_cell(sheet, row, column));
                strcat(ret, "/");
        }
}

static void test_sheet_read__reads_csv(void **state)
{
        static const struct {
                int line;
                const char *text, *expected;
        } cases[] = {
                { __LINE__, "a,b\r\n1,2\r\n", "a|b/1|2/" },
                { __LINE__, "a,b\n1,2", "a|b/1|2/" },
                { __LINE__, "a,b\r1,2\r", "a|b/1|2/" },
                { __LINE__, "a;b\n1,5;2\n", "a|b/1,5|2/" },
                { __LINE__, "a\tb\n1;2\t3\n", "a|b/1;2|3/" },
                { __LINE__, "\"a;1\",b\n\"c;2\",d\n", "a;1|b/c;2|d/" },
                { __LINE__, "a,\"x \"\"y\"\" z\"\n", "a|x \"y\" z/" },
                { __LINE__, "a,\"line\nline\"\nc,d\n", "a|line\nline/c|d/" },
                { __LINE__, "a, \"b\" \n", "a|b/" },
                { __LINE__, "a,5\" pipe\n", "a|5\" pipe/" },
                { __LINE__, "a,b\n\n,\n1,2\n", "a|b/1|2/" },
                { __LINE__, "a,b,c\n1\n", "a|b|c/1||/" },
                { __LINE__, "a,b,\n", "a|b|/" },
                { __LINE__, "sep=;\na,1;b\n", "a,1|b/" },
                { __LINE__,
                                "\xEF\xBB\xBF"
                                "a,b\n",
                                "a|b/" },
                { __LINE__, "one\ntwo\n", "one/two/" },
                { __LINE__, "", "" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(sheet_freep) Sheet *sheet = NULL;
                char found[256];
                InputError error = { 0 };
                if (sheet_read(cases[i].text, strlen(cases[i].text), &(SheetOptions){ 0 }, &sheet, &error) !=
                                0)
                        fail_msg("line %d: %s", cases[i].line, error.message);
                print(sheet, found);
                if (strcmp(found, cases[i].expected) != 0)
                        fail_msg("line %d: %s", cases[i].line, found);
        }
}

static void test_sheet_read__says_the_line_of_a_fault(void **state)
{
        static const struct {
                int line;
                const char *text;
                size_t expected;
        } cases[] = {
                { __LINE__, "a,b\n1,\"2\n3\n", 2 },
                { __LINE__, "a,b\n1,\"2\n\"x\n", 2 },
                { __LINE__, "a,b\n\"1\n2\",3\n4,\"5\"6\n", 4 },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Sheet *sheet = NULL;
                InputError error = { 0 };
                int r = sheet_read(cases[i].text, strlen(cases[i].text), &(SheetOptions){ .separator = ',' },
                                &sheet, &error);
                if (r != SHEET_E_INVALID || sheet || error.line != cases[i].expected)
                        fail_msg("line %d: %d, line %zu", cases[i].line, r, error.line);
        }
}

static void test_sheet_line__counts_lines_in_quotes(void **state)
{
        CLEANUP(sheet_freep) Sheet *sheet = NULL;
        const char text[] = "a,b\n\"1\n2\",3\n\n4,5\n";
        (void)state;
        assert_int_equal(sheet_read(text, strlen(text), &(SheetOptions){ 0 }, &sheet, NULL), 0);
        assert_int_equal(sheet_rows(sheet), 3);
        assert_int_equal(sheet_line(sheet, 1), 2);
        assert_int_equal(sheet_line(sheet, 2), 5);
}

static void assert_refused(const char *text, size_t len)
{
        Sheet *sheet = NULL;
        InputError error = { 0 };
        assert_int_equal(sheet_read(text, len, &(SheetOptions){ 0 }, &sheet, &error), SHEET_E_INVALID);
        assert_null(sheet);
        assert_true(error.message[0]);
}

static void test_sheet_read__has_limits(void **state)
{
        char *text = calloc(1, SHEET_MAX_BYTES + 1);
        (void)state;
        assert_non_null(text);
        memset(text, 'x', SHEET_MAX_BYTES + 1);
        assert_refused(text, SHEET_MAX_BYTES + 1);
        assert_refused(text, SHEET_CELL_MAX_BYTES + 1);
        memset(text, ',', SHEET_COLUMNS_MAX);
        assert_refused(text, SHEET_COLUMNS_MAX + 1);
        for (size_t i = 0; i < 2 * (SHEET_ROWS_MAX + 1); i += 2)
                memcpy(text + i, "a\n", 2);
        assert_refused(text, 2 * (SHEET_ROWS_MAX + 1));
        free(text);
}

static void test_sheet_read__refuses_what_is_no_table(void **state)
{
        (void)state;
        assert_refused("PK\003\004xxxxxxxxxxxx", 16);
        assert_refused("name,mail,telephone,organisation\na\0b,c,d,e\n", 43);
        assert_refused("name,mails\na\0b,cc\0d\n", 20);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sheet_read__reads_csv),
                cmocka_unit_test(test_sheet_read__says_the_line_of_a_fault),
                cmocka_unit_test(test_sheet_line__counts_lines_in_quotes),
                cmocka_unit_test(test_sheet_read__has_limits),
                cmocka_unit_test(test_sheet_read__refuses_what_is_no_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
