#pragma once

/*
 * Reminders of contacts whose card has changed, or that are listed for something new: the pairs of that one contact and its events are
 * derived, by the rules of due.h.
 */

#include "remind/due-source.h"

/** due_contact_source - the rows of store/contact-due.h, some events of one contact at a time */
extern const DueSource due_contact_source;
