#pragma once

/*
 * Inside draft/date* only: the parts of the grammar of dates. Each reads a part at a token and returns the
 * token after it, or 0.
 */

#include "draft/date.h"

enum { DATE_CENTURY = 2000, DATE_MONTHS = 12, DATE_WEEK_DAYS = 7 };

/** date_token() - a token; one without a word outside of the text */
const Token *date_token(const TokenText *text, size_t at);

/** date_is_glued() - whether a token is a mark without a blank before it */
bool date_is_glued(const TokenText *text, size_t at, const char *mark);

bool date_is_number(const TokenText *text, size_t at, int digits_min, int digits_max);
bool date_is_dash(const TokenText *text, size_t at);

size_t date_read_month(const TokenText *text, size_t at, int *ret);
size_t date_read_weekday(const TokenText *text, size_t at, int *ret);

/** date_is_valid() - whether month and day are possible; the year may lack */
bool date_is_valid(const DraftDay *day);

/** date_read_weekday_after() - read "(вторник)", ", в четверг" after a date; @at if there is none */
size_t date_read_weekday_after(const TokenText *text, size_t at, int *weekday);

/** date_skip_year_word() - the token after "года", "г."; @at if there is no such word */
size_t date_skip_year_word(const TokenText *text, size_t at);

/** date_read_year() - read a year after a day or month; @at if there is none */
size_t date_read_year(const TokenText *text, size_t at, DateMention *mention, DraftDay *ret);

/* The readers of whole dates; date_read() tries them in order. */
size_t date_read_words(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_numeric(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_relative(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_quarter(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_month_alone(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_season(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_span(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_weekday_alone(const TokenText *text, size_t at, DateMention *ret);
size_t date_read_year_alone(const TokenText *text, size_t at, DateMention *ret);
