#pragma once

/*
 * The view of a calendar's private components (CLASS, RFC 5545, 3.8.1.3) for a person who may only read the
 * calendar: when they take place and whether they take time, and no text.
 */

#include "base/buffer.h"
#include "calendar/object-tree.h"

enum { OBJECT_MASK_MAX_BYTES = 2 * 1024 * 1024 };

/**
 * object_mask() - append an object whose private components have only the properties that give their times
 *
 * A component is private if its CLASS is not PUBLIC, and so is an override of a series that is private.
 * Nothing is appended if no component is private. Otherwise, the VCALENDAR, the time zones, and all that is
 * inside private components have only known properties and parameters, too.
 * Return: 0, OBJECT_TREE_E_INVALID, negative errno.
 */
int object_mask(const char *text, size_t len, Buffer *out);
