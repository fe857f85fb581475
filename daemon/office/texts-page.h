#pragma once

/*
 * The texts of mails: /office/texts lists them by kind and language, /office/text/KIND.LANGUAGE is the form
 * of one, with the mail as it will be and the earlier versions.
 */

#include "office/call.h"

extern const OfficeRow texts_page_rows[];
