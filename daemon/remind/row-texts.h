#pragma once

/*
 * The texts of an occurrence that go into a row of the ledger and into its key. They have the wall clock
 * and the zone's name, so that newer time zone data does not make another mail of the same one.
 */

#include "calendar/event.h"
#include "calendar/lead.h"

enum { ROW_TEXT_SIZE = 128 };

/** row_texts_moment() - `20210624T100000 Europe/Moscow`, `20210624`; "" for WHEN_NONE. */
void row_texts_moment(const When *when, char ret[static ROW_TEXT_SIZE]);

typedef struct RowTexts {
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE], recurrence[ROW_TEXT_SIZE];
        char rule[LEAD_TEXT_SIZE];
} RowTexts;

/**
 * row_texts_of() - for a reminder of @occurrence by @lead. A lead at a fixed moment belongs to the whole
 * series: it fires once.
 */
void row_texts_of(const Event *event, const Occurrence *occurrence, const Lead *lead, RowTexts *ret);
