#include "base/date-words.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "base/language.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

enum { WORD_UNITS = 64, WORD_BYTES = 256, DAYS_BEFORE = -2, DAYS_AFTER = 2 };

/* Writes "tomorrow" for @days 1. A word of several words, such as "in 2 days", is none. */
static int word_of(const char *language, int days, Buffer *ret)
{
        UErrorCode error = U_ZERO_ERROR;
        UChar units[WORD_UNITS];
        char word[WORD_BYTES];
        int32_t len = 0;
        URelativeDateTimeFormatter *format = ureldatefmt_open(
                        language, NULL, UDAT_STYLE_LONG, UDISPCTX_CAPITALIZATION_NONE, &error);
        if (U_SUCCESS(error))
                len = ureldatefmt_format(format, days, UDAT_REL_UNIT_DAY, units, WORD_UNITS, &error);
        if (U_SUCCESS(error))
                u_strToUTF8(word, sizeof(word), NULL, units, len, &error);
        ureldatefmt_close(format);
        if (U_FAILURE(error) || strlen(word) == sizeof(word))
                return -ENOTRECOVERABLE;
        return strchr(word, ' ') ? -EINVAL : text_fold(ret, word);
}

/* @word: folded */
static int find_word(const char *word, int *ret_days)
{
        for (Language language = 0; language < LANGUAGES_N; language++)
                for (int days = DAYS_BEFORE; days <= DAYS_AFTER; days++) {
                        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(WORD_BYTES);
                        int r = word_of(language_tag(language), days, &name);
                        if (r == 0 && strcmp(buffer_text(&name), word) == 0) {
                                *ret_days = days;
                                return 0;
                        }
                        if (r != 0 && r != -EINVAL)
                                return r;
                }
        return -EINVAL;
}

static int read_word(const char *text, size_t len, const CivilTime *today, CivilTime *ret)
{
        CLEANUP(buffer_done) Buffer word = BUFFER_INIT(WORD_BYTES), folded = BUFFER_INIT(WORD_BYTES);
        int days = 0;
        buffer_append(&word, text, len);
        int r = buffer_error(&word) != 0 ? -EINVAL : text_fold(&folded, buffer_text(&word));
        if (r == 0)
                r = find_word(buffer_text(&folded), &days);
        if (r == 0)
                *ret = civil_from_days(civil_days(today->year, today->month, today->day) + days);
        return r;
}

/* "10.3.2027". @ret_len: of the text that was read */
static bool read_numbers(const char *text, CivilTime *ret, size_t *ret_len)
{
        int end = 0;
        if (sscanf(text, "%2d.%2d.%4d%n", &ret->day, &ret->month, &ret->year, &end) != 3)
                return false;
        *ret_len = (size_t)end;
        return ret->year >= 1000;
}

static int read_time(const char *text, CivilTime *ret, bool *ret_has_time)
{
        int end = 0;
        *ret_has_time = false;
        if (!*text)
                return 0;
        text += text[0] == ',';
        if (*text != ' ' || sscanf(text + 1, "%2d:%2d%n", &ret->hour, &ret->minute, &end) != 2)
                return -EINVAL;
        text += 1 + end;
        if (*text == ':' && sscanf(text, ":%2d%n", &ret->second, &end) == 1)
                text += end;
        *ret_has_time = true;
        return *text ? -EINVAL : 0;
}

int date_words_read(const char *text, const CivilTime *today, CivilTime *ret, bool *ret_has_time)
{
        CivilTime civil = { .year = 0 };
        size_t len = 0;
        bool has_time = false;
        int r = 0;
        if (!read_numbers(text, &civil, &len)) {
                len = strcspn(text, " ,");
                r = len > 0 ? read_word(text, len, today, &civil) : -EINVAL;
        }
        if (r == 0)
                r = read_time(text + len, &civil, &has_time);
        if (r != 0 || !civil_valid(&civil))
                return r != 0 ? r : -EINVAL;
        *ret = civil;
        *ret_has_time = has_time;
        return 0;
}
