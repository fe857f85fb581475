#pragma once

/* Inside draft/assemble* only. */

#include "draft/assemble.h"

/** assemble_times() - give the times to the events. @of_date: the event of each date; SIZE_MAX for none */
void assemble_times(Assembly *assembly, const size_t *of_date);

/**
 * assemble_choose_dates() - give each event the days that the text tells of it
 * @of_date: as for assemble_times()
 * Return: 0 or -ENOMEM.
 */
int assemble_choose_dates(Assembly *assembly, const size_t *of_date);

/** assemble_parts() - find which events are parts, and give them days */
void assemble_parts(Assembly *assembly);

/**
 * assemble_event_before() - the last event whose first mention begins before a token; the main one if
 * there is none
 */
size_t assemble_event_before(const Assembly *assembly, size_t at);

/** assemble_tells_of_holding() - whether the sentence of a token has a verb of taking place */
bool assemble_tells_of_holding(const TokenText *text, size_t at);

/** years_set() - give an event without a year the year, which the text tells elsewhere; 0 for none */
void years_set(DraftEvent *event, int year, DraftWhy why);

/** years_of_name() - the year in the name of an event; 0 for none, or for one that is far from the text's */
int years_of_name(const Assembly *assembly, size_t event);

/** years_use_list() - give an event of a list without verbs the year of the list, unless its day is near */
void years_use_list(Assembly *assembly, DraftEvent *event, const DateMention *date);
