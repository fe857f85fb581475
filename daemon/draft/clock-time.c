#include "draft/clock-time.h"

#include "draft/lexicon.h"

#include <string.h>

enum { HOUR = 60, NOON = 12 * HOUR, DAY = 24 * HOUR, HALF_MAX = 4 /* tokens of "p.m." */ };

/* By the value of WORD_ZONE; NULL: the place's own time. */
static const char *const zones[] = { "Europe/Moscow", NULL, "Asia/Yekaterinburg", "Europe/Samara",
        "Asia/Omsk", "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk",
        "Asia/Vladivostok", "Europe/Kaliningrad", "Asia/Almaty", "Asia/Tashkent", "Europe/Minsk", "UTC",
        "Europe/Paris", "Europe/London", "America/New_York", "Asia/Dubai" };

static bool is_number(const TokenText *text, size_t at, int digits)
{
        return at < text->n && text->tokens[at].form == TOKEN_NUMBER && text->tokens[at].digits >= 1 &&
               text->tokens[at].digits <= digits;
}

static bool is_glued(const TokenText *text, size_t at, const char *mark)
{
        return word_is(text, at, mark) && text->tokens[at].is_glued;
}

/* Reads "10:00"; with @is_loose also "10.00", "10-00". */
static size_t read_digits(const TokenText *text, size_t at, bool is_loose, int *ret)
{
        if (!is_number(text, at, 2) || !is_number(text, at + 2, 2) || text->tokens[at + 2].digits != 2 ||
                        !text->tokens[at + 2].is_glued)
                return 0;
        bool has_colon = is_glued(text, at + 1, ":");
        if (!has_colon && !(is_loose && (is_glued(text, at + 1, ".") || is_glued(text, at + 1, "-"))))
                return 0;
        int hour = text->tokens[at].number, minute = text->tokens[at + 2].number;
        if (hour > 24 || minute >= HOUR || (!has_colon && minute % 5 != 0))
                return 0;
        if (is_glued(text, at + 3, ".") && is_number(text, at + 4, 4) && text->tokens[at + 4].is_glued)
                return 0;
        *ret = hour * HOUR + minute;
        return at + 3;
}

/* Reads "10 часов", "10 часов 30 минут", "3 p.m.", "6 вечера". */
static size_t read_hours(const TokenText *text, size_t at, int *ret)
{
        if (!is_number(text, at, 2) || text->tokens[at].number > 24)
                return 0;
        *ret = text->tokens[at].number * HOUR;
        const LexiconMatch *half = lexicon_at(text, at + 1, WORD_HALF_DAY);
        if (half && (half->entry->value || !lexicon_is(text, at + 1, WORD_DAYS)))
                return at + 1;
        if (!lexicon_is(text, at + 1, WORD_HOUR))
                return 0;
        size_t end = at + 2 + is_glued(text, at + 2, ".");
        if (is_number(text, end, 2) && (word_is(text, end + 1, "минут") || word_is(text, end + 1, "мин"))) {
                *ret += text->tokens[end].number;
                end += 2;
        }
        return end;
}

static size_t read_word(const TokenText *text, size_t at, int *ret)
{
        if (!word_is(text, at, "noon") && !word_is(text, at, "полдень"))
                return 0;
        *ret = NOON;
        return at + 1;
}

/* Adds the twelve hours of "p.m." or "вечера". */
static size_t read_half(const TokenText *text, size_t at, int *minutes)
{
        const LexiconMatch *half = lexicon_at(text, at, WORD_HALF_DAY);
        if (!half || *minutes > NOON + HOUR - 1)
                return at;
        if (half->entry->value && *minutes < NOON)
                *minutes += NOON;
        else if (!half->entry->value && *minutes >= NOON)
                *minutes -= NOON;
        at += half->n_tokens;
        return is_glued(text, at, ".") && word_is(text, at - 1, "m") ? at + 1 : at;
}

static size_t read_clock(const TokenText *text, size_t at, bool is_loose, int *ret)
{
        size_t end = read_digits(text, at, is_loose, ret);
        if (!end)
                end = read_hours(text, at, ret);
        if (!end)
                return read_word(text, at, ret);
        if (lexicon_is(text, end, WORD_HOUR))
                end += 1 + is_glued(text, end + 1, ".");
        return read_half(text, end, ret);
}

/* Reads "(МСК)", "по московскому времени". */
static size_t read_zone(const TokenText *text, size_t at, const char **ret)
{
        size_t next = word_is(text, at, "(") || word_is(text, at, ",") ? at + 1 : at;
        next += word_is(text, next, "по") && !lexicon_is(text, next, WORD_ZONE);
        const LexiconMatch *match = lexicon_at(text, next, WORD_ZONE);
        if (!match || !token_same_sentence(text, at - 1, next))
                return at;
        bool needs_word = strstr(text->tokens[next].word, "ск") && strlen(text->tokens[next].word) > 8;
        next += match->n_tokens;
        bool has_word = word_is(text, next, "времени") || word_is(text, next, "время");
        if (needs_word && match->n_tokens == 1 && !has_word)
                return at;
        next += has_word;
        *ret = zones[match->entry->value];
        return word_is(text, at, "(") && word_is(text, next, ")") ? next + 1 : next;
}

static bool announces(const TokenText *text, size_t at)
{
        /* "11.00 Открытие" begins a line; "10.10 - вебинар" may be a day. */
        if (at == 0 || text->tokens[at - 1].line != text->tokens[at].line)
                return at + 2 < text->n &&
                       (text->tokens[at + 2].number == 0 || text->tokens[at + 2].number > 12);
        /* "13 ноября, четверг, 9.30" */
        if (at > 1 && word_is(text, at - 1, ",") &&
                        (lexicon_is(text, at - 2, WORD_WEEKDAY) || lexicon_is(text, at - 2, WORD_MONTH)))
                return true;
        return (word_is(text, at - 1, "в") || word_is(text, at - 1, "at") || word_is(text, at - 1, "к") ||
                        lexicon_is(text, at - 1, WORD_FROM) || word_is(text, at - 1, "до") ||
                        word_is(text, at - 1, ":"));
}

static size_t read_second(const TokenText *text, size_t at, int *ret)
{
        bool is_joined = word_is(text, at, "-") || lexicon_is(text, at, WORD_TO);
        return is_joined ? read_clock(text, at + 1, true, ret) : 0;
}

/* Whether "p.m." or another half of the day ends before a token. */
static bool ends_with_half(const TokenText *text, size_t end)
{
        for (size_t i = end > HALF_MAX ? end - HALF_MAX : 0; i < end; i++) {
                const LexiconMatch *half = lexicon_at(text, i, WORD_HALF_DAY);
                size_t after = half ? i + half->n_tokens : 0;
                if (half && (after == end || after + is_glued(text, after, ".") == end))
                        return true;
        }
        return false;
}

bool clock_time_read(const TokenText *text, size_t at, ClockTime *ret)
{
        bool has_from = lexicon_is(text, at, WORD_FROM),
             is_until = word_is(text, at, "до") || word_is(text, at, "until");
        size_t start = has_from || is_until ? at + 1 : at, second;
        ClockTime time = { .first = start, .to = -1, .is_end_only = is_until };
        size_t end = read_clock(text, start, has_from || announces(text, at), &time.from);
        if (!end && is_number(text, start, 2) && text->tokens[start].number <= 24) {
                /* "10-12 a.m.", "с 10 до 18 часов": the unit follows the second hour. */
                second = start + 1 < text->n ? read_second(text, start + 1, &time.to) : 0;
                time.from = text->tokens[start].number * HOUR;
                bool has_half = second && ends_with_half(text, second);
                if (!second || !(has_from || has_half || lexicon_is(text, second - 1, WORD_HOUR)))
                        return false;
                if (time.to >= NOON && time.from + NOON < time.to && has_half)
                        time.from += NOON;
                end = second;
        } else if (end) {
                second = read_second(text, end, &time.to);
                end = second ? second : end;
        }
        if (!end || time.from > DAY)
                return false;
        time.end = read_zone(text, end, &time.zone);
        *ret = time;
        return true;
}
