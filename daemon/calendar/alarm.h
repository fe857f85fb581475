#pragma once

/* Inside the calendar module: the reminders that a VALARM (RFC 5545, 3.6.6) asks for. */

#include "calendar/component.h"

/**
 * alarm_check() - read the trigger and its repeats as leads, into alarm->leads
 * @arena: the event's
 * Return: 0, EVENT_E_INVALID, -ENOMEM.
 */
int alarm_check(Arena *arena, Alarm *alarm, InputError *ret_error);
