#pragma once

/*
 * The form of a person, new or stored: /office/new-person and /office/edit-person/. Bad input stays in the
 * form. If another editor has changed the person meanwhile, each field that differs says what is stored now.
 */

#include "office/call.h"

extern const OfficeRow person_form_page_rows[];
