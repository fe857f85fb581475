#pragma once

/* /office/merge-person/UID: another contact that is the same person is merged into this one. */

#include "office/call.h"

extern const OfficeRow merge_page_rows[];
