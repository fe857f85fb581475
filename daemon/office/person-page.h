#pragma once

/*
 * One person: the card, listings, choices, returned mails, meetings, mails and history, and what the office
 * can do: list, stop and allow mail, export all of it as a file, and erase it.
 */

#include "office/call.h"

extern const OfficeRow person_page_rows[];
