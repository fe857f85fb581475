#include "contact/mail-times.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char weekdays[][3] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* Reads a time like `08:00`. Return: the text after it, or NULL. */
static const char *read_clock(const char *text, int *ret)
{
        static const char form[] = "dd:dd";
        for (int i = 0; form[i]; i++)
                if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i])
                        return NULL;
        int hours = (text[0] - '0') * 10 + text[1] - '0', minutes = (text[3] - '0') * 10 + text[4] - '0';
        *ret = hours * 60 + minutes;
        return hours < 24 && minutes < 60 ? text + strlen(form) : NULL;
}

static const char *skip_word(const char *text, const char *word)
{
        size_t len = strlen(word);
        return strncasecmp(text, word, len) == 0 ? text + len : NULL;
}

static const char *read_weekday(const char *text, int *ret)
{
        for (int i = 0; i < 7; i++)
                if (strncasecmp(text, weekdays[i], 2) == 0) {
                        *ret = i;
                        return text + 2;
                }
        return NULL;
}

int digest_parse(const char *text, DigestWish *ret)
{
        DigestWish wish = { .period = DIGEST_DAILY };
        const char *rest = skip_word(text, "DAILY");
        if (!rest) {
                rest = skip_word(text, "WEEKLY-");
                rest = rest ? read_weekday(rest, &wish.weekday) : NULL;
                wish.period = DIGEST_WEEKLY;
        }
        rest = rest && *rest == '@' ? read_clock(rest + 1, &wish.minutes) : NULL;
        if (!rest || *rest)
                return -EINVAL;
        *ret = wish;
        return 0;
}

int quiet_parse(const char *text, QuietHours *ret)
{
        QuietHours hours;
        const char *rest = read_clock(text, &hours.from);
        rest = rest && *rest == '-' ? read_clock(rest + 1, &hours.to) : NULL;
        if (!rest || *rest || hours.from == hours.to)
                return -EINVAL;
        *ret = hours;
        return 0;
}

void digest_format(const DigestWish *wish, char ret[static PREFERENCE_TEXT_SIZE])
{
        bool weekly = wish->period == DIGEST_WEEKLY;
        ret[0] = '\0';
        if (wish->period != DIGEST_NONE)
                snprintf(ret, PREFERENCE_TEXT_SIZE, "%s%s@%02d:%02d", weekly ? "WEEKLY-" : "DAILY",
                                weekly ? weekdays[wish->weekday % 7] : "", wish->minutes / 60 % 24,
                                wish->minutes % 60);
}

void quiet_format(const QuietHours *hours, char ret[static PREFERENCE_TEXT_SIZE])
{
        snprintf(ret, PREFERENCE_TEXT_SIZE, "%02d:%02d-%02d:%02d", hours->from / 60 % 24, hours->from % 60,
                        hours->to / 60 % 24, hours->to % 60);
}

bool quiet_has(const QuietHours *hours, int minutes)
{
        return hours->from < hours->to ? minutes >= hours->from && minutes < hours->to
                                       : minutes >= hours->from || minutes < hours->to;
}
