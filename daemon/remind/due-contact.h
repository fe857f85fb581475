#pragma once

/*
 * Derives the reminders of contacts whose card or listings have changed. One contact's reminders for all its
 * events are derived by the rules of due.h.
 */

#include "remind/due-source.h"

/**
 * due_contact_source - processes the rows of store/contact-due.h: at each call, some events of one contact
 */
extern const DueSource due_contact_source;
