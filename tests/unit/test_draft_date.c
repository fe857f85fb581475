#include "base/buffer.h"
#include "draft/date.h"
#include "draft/json.h"
#include "draft/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_BYTES = 512, N_FIELDS = 5, ROWS_MIN = 300 };

/* Splits "phrase | day of the text | tense | first | last". */
static bool split(char *line, char *fields[static N_FIELDS])
{
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < N_FIELDS; i++) {
                fields[i] = line;
                char *bar = strstr(line, " | ");
                if (!bar)
                        return i + 1 == N_FIELDS;
                *bar = '\0';
                line = bar + strlen(" | ");
        }
        return false;
}

/* Reads the first date of a phrase, and completes it by the day of the text. */
static bool read_phrase(char *const fields[static N_FIELDS], char from[static 16], char to[static 16])
{
        TokenText text;
        DateMention date, whole;
        DraftDay written = { 0 };
        bool found = false;
        assert_int_equal(token_text_init(fields[0], strlen(fields[0]), &text), 0);
        assert_int_equal(lexicon_mark(&text, NULL), 0);
        for (size_t at = 0; at < text.n && !found; at++)
                found = date_read(&text, at, &date);
        sscanf(fields[1], "%d-%d-%d", &written.year, &written.month, &written.day);
        Tense tense = *fields[2] == 'p' ? TENSE_PAST : *fields[2] == 'f' ? TENSE_FUTURE : TENSE_NONE;
        if (found && date_resolve(&date, &written, tense, &whole))
                date = whole;
        if (found) {
                draft_day_text(&date.from, from);
                draft_day_text(&date.to, to);
        }
        token_text_done(&text);
        return found;
}

static void test_date__reads_the_table_of_phrases(void **state)
{
        char line[LINE_BYTES], *fields[N_FIELDS], from[16], to[16];
        int n = 0, wrong = 0;
        FILE *file = fopen("tests/drafts/dates.txt", "re");
        (void)state;
        assert_non_null(file);
        while (fgets(line, sizeof(line), file)) {
                if (line[0] == '#')
                        continue;
                assert_true(split(line, fields));
                snprintf(from, sizeof(from), "none");
                snprintf(to, sizeof(to), "none");
                read_phrase(fields, from, to);
                n++;
                if (strcmp(from, fields[3]) == 0 && strcmp(to, fields[4]) == 0)
                        continue;
                print_error("%s (%s, %s): %s to %s instead of %s to %s\n", fields[0], fields[1], fields[2],
                                from, to, fields[3], fields[4]);
                wrong++;
        }
        fclose(file);
        assert_true(n >= ROWS_MIN);
        assert_int_equal(wrong, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_date__reads_the_table_of_phrases),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
