#pragma once

/* /office/draft: a press text is pasted, read, and its drafts are kept (draft/draft.h). */

#include "office/call.h"

extern const OfficeRow draft_page_rows[];
