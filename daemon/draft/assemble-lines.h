#pragma once

/* Inside draft/assemble* only: what the lines of a text tell of its dates. */

#include "draft/assemble.h"

/** lines_is_date_line() - whether the date makes a line of its own, perhaps with a time */
bool lines_is_date_line(const TokenText *text, const DateMention *date);

/**
 * lines_is_sentence_of_date() - whether a sentence that begins a line tells only the day: "Среда, 8
 * октября.", "Уже 14 марта, в пятницу!"
 */
bool lines_is_sentence_of_date(const TokenText *text, const DateMention *date);

/** lines_is_address() - whether a sentence is a day with a time: "30 января, 9:00–10:30, кафе «Чертёж»" */
bool lines_is_address(const TokenText *text, const DateMention *date);

/**
 * lines_is_after_name() - whether a day stands alone after a sentence that only names an event:
 * "Экскурсия на завод. 23 мая, пт."
 * @mention: the last one before the date
 */
bool lines_is_after_name(const Assembly *a, const DateMention *date, size_t mention);

/**
 * lines_next_mention() - the mention after a date in its line; SIZE_MAX for none
 * @date_end: the token after the date
 * @to:       the first mention of the sentences after that of the date
 */
size_t lines_next_mention(const Assembly *a, size_t date_end, size_t to);

/**
 * lines_item_of() - the name of an item after the sentence of its day: "14 мая, 10:00. Семинар «Мебель»"
 * @to: the first mention of the sentences after that of the date
 * Return: its mention; SIZE_MAX for none.
 */
size_t lines_item_of(const Assembly *a, const DateMention *date, size_t to);

/**
 * lines_first_below() - the visit that is told in the sentence after a day, or the first event that is
 * told under a heading without one: "Технопарк 5 мая принял школьников"
 * @to: the first mention of the sentences after that of the date
 * Return: its mention; SIZE_MAX for none.
 */
size_t lines_first_below(const Assembly *a, const DateMention *date, size_t to);

/**
 * lines_name_below() - the event that is named by a whole line a few lines under a day
 * @to: the first mention of the sentences after that of the date
 * Return: its mention; SIZE_MAX for none.
 */
size_t lines_name_below(const Assembly *a, const DateMention *date, size_t to);

/**
 * lines_opening_below() - the bare word of a ceremony after the day on which something opens: "Центр
 * откроется 5 мая. На открытие приедут гости"
 * @to: the first mention of the sentences after that of the date
 * Return: its mention; SIZE_MAX for none.
 */
size_t lines_opening_below(const Assembly *a, const DateMention *date, size_t to);

/** lines_is_above_items() - whether a programme's line, with a time, is under that of the date */
bool lines_is_above_items(const TokenText *text, const DateMention *date);

/**
 * lines_share_dates() - give the lines of a programme the day above them, and "в эти же дни" the days
 * before
 */
void lines_share_dates(Assembly *a);
