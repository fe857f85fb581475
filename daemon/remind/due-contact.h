#pragma once

/*
 * Reminders of contacts whose card or listings have changed: derives the reminders of one such contact for
 * its events, by the rules of due.h.
 */

#include "remind/due-source.h"

/** due_contact_source - processes the rows of store/contact-due.h, some events of one contact at a time */
extern const DueSource due_contact_source;
