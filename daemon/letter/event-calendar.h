#pragma once

/* The calendar part of a letter. */

#include "letter/event-item.h"
#include "letter/letter.h"

/**
 * event_calendar_attach() - attach events, each as the audience of its item may see it. An event that is
 * hidden or too big is left out, and an event with several items is attached once. Return: 0 or negative
 * errno.
 */
int event_calendar_attach(Letter *letter, const EventItem *items, size_t n);
