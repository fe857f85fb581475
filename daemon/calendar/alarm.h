#pragma once

/* Inside the calendar module: checks a VALARM (RFC 5545, 3.6.6) and reads its reminder times. */

#include "calendar/component.h"

/**
 * alarm_check() - check the alarm, and read its trigger and repeats into alarm->leads
 * @arena: the event's; owns the leads
 *
 * Return: 0, EVENT_E_INVALID, -ENOMEM.
 */
int alarm_check(Arena *arena, Alarm *alarm, InputError *ret_error);
