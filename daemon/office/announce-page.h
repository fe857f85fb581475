#pragma once

/*
 * /office/new-announcement: a text in each language to those who are listed for an event or a kind, or to
 * people who were ticked in a list. The recipients are counted and the mails are shown before they go.
 */

#include "office/call.h"

extern const OfficeRow announce_page_rows[];
