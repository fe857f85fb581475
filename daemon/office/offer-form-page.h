#pragma once

/* /office/new-offer, /office/offer/UID, /office/delete-offer/UID: the form of an offer, and its removal. */

#include "office/call.h"

extern const OfficeRow offer_form_page_rows[];
