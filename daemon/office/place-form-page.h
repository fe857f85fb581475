#pragma once

/* Sites and organisations of the address book: a form to add and to change one, its history, and an undo. */

#include "office/call.h"

extern const OfficeRow place_form_page_rows[];
