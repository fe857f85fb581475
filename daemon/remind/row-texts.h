#pragma once

/*
 * The texts that describe an occurrence in a ledger row and in the row's key. They contain the wall-clock
 * time and the zone's name, so that newer time zone data does not cause a second mail about the occurrence.
 */

#include "calendar/event.h"
#include "calendar/lead.h"

enum { ROW_TEXT_SIZE = 128 };

/** row_texts_moment() - write a time as `20210624T100000 Europe/Moscow` or `20210624`; "" for WHEN_NONE */
void row_texts_moment(const When *when, char ret[static ROW_TEXT_SIZE]);

typedef struct RowTexts {
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE], recurrence[ROW_TEXT_SIZE];
        char rule[LEAD_TEXT_SIZE];
} RowTexts;

/**
 * row_texts_of() - write the texts of the reminder of @occurrence by @lead. A lead at a fixed time fires
 * once for a whole series, so its texts are those of the series.
 */
void row_texts_of(const Event *event, const Occurrence *occurrence, const Lead *lead, RowTexts *ret);
