#pragma once

/* Private to draft/: what the words around a date say of it, besides the event that it may belong to. */

#include "draft/date.h"

/** date_is_of_report() - whether a day is that of a report, and not of what is told: "сегодня сообщил" */
bool date_is_of_report(const TokenText *text, const DateMention *date);

/** date_is_recurring() - whether a weekday is no day of one event: "каждый вторник" */
bool date_is_recurring(const TokenText *text, const DateMention *date);

/** date_is_of_nearest() - whether a day is of one of the events before: "Ближайшая - 5 мая" */
bool date_is_of_nearest(const TokenText *text, const DateMention *date);

/** date_is_of_deadline() - whether the verb beside a day is a deadline's: "Прием завершится 5 мая" */
bool date_is_of_deadline(const TokenText *text, const DateMention *date);

/**
 * date_is_of_other() - whether a day is that of an order or law, or one on which an event is closed: "от
 * 12.11.2025 № 1187", "1 января - выходной"
 */
bool date_is_of_other(const TokenText *text, const DateMention *date);

/**
 * date_relative_clause() - find the relative clause that a date stands in: "праздник, который отмечают 26
 * мая, ..."
 * Return: the token of the comma before the clause; 0 for none.
 */
size_t date_relative_clause(const TokenText *text, const DateMention *date);

/**
 * date_begins_clause() - whether a conjunction and the day begin a clause with a verb: "..., а 11 ноября
 * участники выехали"
 */
bool date_begins_clause(const TokenText *text, const DateMention *date);

/**
 * date_is_planned() - whether the day at a token is the old one of an event that is put off: "назначенное на
 * 20 ноября"
 */
bool date_is_planned(const TokenText *text, size_t at);

/** date_is_due() - whether an event was due on the day at a token: "должен был пройти 2-4 марта" */
bool date_is_due(const TokenText *text, size_t at);

/** date_is_new() - whether the day at a token is the new one of an event: "Новая дата - 29 октября" */
bool date_is_new(const TokenText *text, size_t at);

/**
 * date_is_denied() - whether another day stands in the place of the one at a token: "не 18 марта, а 8
 * апреля"
 */
bool date_is_denied(const TokenText *text, size_t at);
