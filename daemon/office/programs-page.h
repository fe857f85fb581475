#pragma once

/*
 * The page /office/programs: the addresses that a person gives to calendar and address-book programs, and
 * the app passwords of the account. An app password is shown once, on the reply to the form that makes it.
 */

#include "office/call.h"

/** The rows of the page, for routes.c. */
extern const OfficeRow programs_page_rows[];
