#pragma once

/* One mail of the ledger: what became of it and why, its text, and the buttons to retry or stop it. */

#include "office/call.h"

extern const OfficeRow mail_page_rows[];
